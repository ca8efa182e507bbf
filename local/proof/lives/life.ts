/** Lives one life in Pulumi's engine, and says what does not hold of it. */
import { spawn } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CloudClients } from "../../endpoints";
import { findEngine } from "../../engine/binary";
import { contentOf, type StateResource } from "../../engine/state";
import { EngineStack } from "../../engine/workspace";
import { ROOT } from "../../paths";
import { isGone, type Inputs } from "../../provider/resource-type";
import { TYPES } from "../../provider/types";
import { inProcess } from "./in-process";
import type { Step } from "./draw";
import { released } from "./edits";
import { differences } from "./held";
import { KINDS } from "./kinds";
import { withOptions, type Node, type Plan, type Value } from "./plan";
import { programOf } from "./program";
import type { Proxy } from "./proxy";
import { sightOf } from "./sight";
import { takeIn } from "./standing";

/** What a secret input's text begins with, and no other text. */
const SECRET = "SESAME";

/** What does not hold, and after which step. */
export class Broken extends Error {
  constructor(
    readonly step: number,
    readonly problems: readonly string[],
  ) {
    super(`deployment ${step + 1}: ${problems.join("\n")}`);
    this.name = "Broken";
  }
}

/** What lives did, in numbers. */
export interface Tally {
  deployments: number;
  operations: number;
  refused: number;
  killed: number;
  byHand: number;
  imported: number;
}

export const NOTHING: Tally = {
  deployments: 0,
  operations: 0,
  refused: 0,
  killed: 0,
  byHand: 0,
  imported: 0,
};

export class Life {
  private readonly folder = mkdtempSync(join(tmpdir(), "naru-lives-"));
  private readonly cloud: CloudClients;
  private plan: Plan = [];
  private at = 0;

  private constructor(
    private readonly proxy: Proxy,
    private readonly tally: Tally,
  ) {
    this.cloud = new CloudClients(proxy.endpoints);
  }

  /**
   * Lives from the first step to the destruction; nothing is left in the cloud, whatever happened.
   * @param tally is counted up.
   * @throws Broken
   */
  static async live(steps: readonly Step[], proxy: Proxy, tally: Tally): Promise<void> {
    const life = new Life(proxy, tally);
    const opened = await EngineStack.open({
      ...{ engine: await findEngine(), stack: "local", folder: life.folder, processes: [] },
      endpoints: proxy.endpoints,
      program: () => programOf(life.plan)(),
    });
    try {
      for (const step of steps) {
        await life.step(opened, step).catch((error: Error) => life.broken([error.message]));
        life.at += 1;
      }
      await life.end(opened).catch((error: Error) => life.broken([error.message]));
    } finally {
      proxy.clear();
      opened.close();
      rmSync(life.folder, { recursive: true, force: true });
    }
  }

  private async step(opened: EngineStack, step: Step): Promise<void> {
    this.plan = step.plan;
    if (step.byHand !== undefined) await this.changeByHand(opened, step.byHand);
    if (step.imports !== undefined) await this.forget(opened, step.imports);
    const before = await opened.resources();
    if (step.meets?.fault === "tell") await this.killed(opened, step.meets.left);
    else await this.deploy(opened, step.meets);
    if (step.imports !== undefined) {
      this.plan = step.plan;
      await this.up(opened);
    }
    await this.letGo(before, await opened.resources());
    await this.verify(opened);
  }

  /** Where it meets a fault it may fail, and the next one must not. */
  private async deploy(opened: EngineStack, meets: Step["meets"]): Promise<void> {
    if (meets === undefined) return this.up(opened);
    this.proxy.set(meets.fault, meets.left);
    const failed = await this.up(opened).then(
      () => undefined,
      (error: Error) => error,
    );
    const met = this.proxy.clear();
    if (failed === undefined) return;
    if (!met) throw failed;
    this.tally.refused += 1;
    this.told(failed);
    await this.up(opened);
  }

  private async up(opened: EngineStack): Promise<void> {
    this.tally.deployments += 1;
    const { steps } = await opened.update();
    this.tally.operations += steps.length;
  }

  /** In a process of its own, which is killed with its engine as the call is done. */
  private async killed(opened: EngineStack, left: number): Promise<void> {
    const file = join(this.folder, "plan.json");
    writeFileSync(file, JSON.stringify(this.plan));
    const child = spawn(
      process.execPath,
      [
        ...["-r", join(ROOT, "cli", "typescript.js"), join(__dirname, "up.ts")],
        ...[this.folder, JSON.stringify(this.proxy.endpoints), file],
      ],
      // A group of its own, so that the engine is killed with it.
      { detached: true, stdio: "ignore" },
    );
    const ended = new Promise<number | null>((resolve) => child.once("close", resolve));
    this.proxy.set("tell", left, () => process.kill(-child.pid!, "SIGKILL"));
    const code = await ended;
    if (this.proxy.clear()) {
      this.tally.killed += 1;
      await opened.unlock();
      await takeIn(opened, this.cloud);
    } else if (code !== 0) {
      throw new Error("the deployment to be killed failed before it was");
    }
    await this.up(opened);
  }

  private async verify(opened: EngineStack): Promise<void> {
    const again = await opened.update();
    const drift = await opened.refresh();
    const state = await opened.resources();
    this.tally.deployments += 1;
    const problems = [
      ...again.steps.map(({ operation, urn, inputs }) => `up again: ${operation} ${urn} ${inputs.join()}`),
      ...drift.steps.map(({ operation, urn, inputs }) => `refresh: ${operation} ${urn} ${inputs.join()}`),
      ...(await differences(state, this.cloud)),
    ];
    if (problems.length > 0) this.broken(problems);
  }

  /** At the console; then a refresh, which must tell it where it is told whether the thing is there. */
  private async changeByHand(
    opened: EngineStack,
    { key, inputs }: NonNullable<Step["byHand"]>,
  ): Promise<void> {
    const node = this.plan.find((each) => each.key === key);
    if (node === undefined) return;
    const state = await opened.resources();
    const resource = stateOf(state, node);
    const type = TYPES[resource.type]!;
    const known = { ...resource.outputs, ...resource.inputs } as Inputs;
    this.tally.byHand += 1;
    if (inputs === undefined) {
      await type.delete!(resource.id!, known, this.cloud);
    } else {
      const wanted = inClear(inputs as Value, (other, output) => {
        const named = stateOf(
          state,
          this.plan.find((each) => each.key === other)!,
        );
        return String(output === "id" ? named.id : (named.outputs?.[output] ?? named.inputs?.[output]));
      }) as Inputs;
      const replaced = KINDS[node.kind]!.named;
      const kept = replaced === undefined ? {} : { [replaced]: known[replaced] as unknown };
      await type.update?.(resource.id!, known, { ...wanted, ...kept }, this.cloud);
    }
    const { steps } = await opened.refresh();
    const told = steps.some(({ operation, urn }) => urn === resource.urn && operation === "delete");
    if (inputs === undefined && !told) throw new Error(`refresh does not tell that ${resource.urn} is gone`);
  }

  private async forget(opened: EngineStack, key: string): Promise<void> {
    const node = this.plan.find((each) => each.key === key);
    if (node === undefined) return;
    const exported = await opened.export();
    const content = contentOf(exported);
    const resource = stateOf(content.resources!, node);
    const resources = content.resources!.filter((each) => each !== resource);
    await opened.import({ ...exported, deployment: { ...content, resources } });
    // What an import cannot know, such as how a bucket is to be deleted, comes with the next deployment.
    this.plan = withOptions(this.plan, key, { importId: resource.id!, ignoreChanges: ["*"] });
    this.tally.imported += 1;
  }

  /** What was to be kept when it was deleted is still there, and is then deleted by hand. */
  private async letGo(before: readonly StateResource[], after: readonly StateResource[]): Promise<void> {
    const left = before.filter(
      (one) =>
        one.retainOnDelete === true && !after.some(({ type, id }) => type === one.type && id === one.id),
    );
    for (const { type, id, urn, inputs, outputs } of [...left].reverse()) {
      const known = { ...outputs, ...inputs } as Inputs;
      const found = await TYPES[type]!.read!(id!, known, this.cloud).catch(orGone);
      if (found === undefined) throw new Error(`${urn} was to be kept, and is gone`);
      await TYPES[type]!.delete!(id!, known, this.cloud);
    }
  }

  /** Searched for secrets, destroyed, made again without the engine: the same, and in the end nothing. */
  private async end(opened: EngineStack): Promise<void> {
    await this.refusesProtected(opened);
    const before = await opened.resources();
    this.plan = released(this.plan);
    await this.up(opened);
    await this.letGo(before, await opened.resources());
    const state = await opened.resources();
    const seen = await sightOf(state, this.cloud);
    const clear = this.filesWith(SECRET);
    await opened.destroy();
    const left = await differences(await opened.resources(), this.cloud);
    const other = await inProcess(this.plan, this.cloud);
    const problems = [
      ...clear.map((file) => `a secret stands in clear in ${file}`),
      ...left.map((each) => `after destroy ${each}`),
      ...unlike(seen, other),
      ...(await differences([], this.cloud)).map((each) => `deleted in process: ${each}`),
    ];
    if (problems.length > 0) this.broken(problems);
  }

  private async refusesProtected(opened: EngineStack): Promise<void> {
    if (!this.plan.some(({ options }) => options.protect === true)) return;
    const before = (await opened.resources()).map(({ urn }) => urn);
    const refused = await opened.destroy().then(
      () => undefined,
      (error: Error) => error,
    );
    if (refused === undefined) throw new Error("a destroy of what is protected went through");
    const after = (await opened.resources()).map(({ urn }) => urn);
    if (before.join() !== after.join()) throw new Error("a refused destroy changed the state");
  }

  private filesWith(text: string): string[] {
    const files = readdirSync(this.folder, { recursive: true, withFileTypes: true });
    return files
      .filter((each) => each.isFile() && each.name !== "plan.json")
      .map(({ parentPath, name }) => join(parentPath, name))
      .filter((file) => readFileSync(file).includes(text));
  }

  private told({ message }: Error): void {
    if (message.includes(SECRET)) throw new Error("an error tells a secret");
  }

  private broken(problems: readonly string[]): never {
    throw new Broken(this.at, problems);
  }
}

function stateOf(state: readonly StateResource[], { name, kind }: Node): StateResource {
  const { type } = KINDS[kind]!;
  return state.find((each) => each.type === type && each.urn.endsWith(`::${name}`))!;
}

function inClear(value: Value | undefined, output: (key: string, output: string) => string): unknown {
  if (typeof value === "string") {
    return value.replace(/\$\{(\w+)\.(\w+)\}/g, (_, key: string, name: string) => output(key, name));
  }
  if (Array.isArray(value)) return value.map((item) => inClear(item, output));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, inClear(item, output)]));
}

function unlike(engine: ReadonlyMap<string, string>, process: ReadonlyMap<string, string>): string[] {
  return [...new Set([...engine.keys(), ...process.keys()])]
    .filter((name) => engine.get(name) !== process.get(name))
    .map((name) => `${name} by the engine ${engine.get(name)}, in process ${process.get(name)}`);
}

function orGone(error: unknown): undefined {
  if (isGone(error)) return undefined;
  throw error;
}
