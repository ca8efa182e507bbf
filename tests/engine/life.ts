/** One stack in the real engine, with the packs: its operations, timed, and what is left of a process that was killed. */
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { policyPack } from "../../cli/engine/policy-pack";
import { findEngine } from "../../local/engine/binary";
import { PolicyRefusal, type DoneStep } from "../../local/engine/events";
import { contentOf } from "../../local/engine/state";
import {
  EngineStack,
  type EngineStackOptions,
  type Outcome,
  type PolicyPack,
} from "../../local/engine/workspace";
import type { LocalCloud } from "../../local/local-cloud";
import { ROOT } from "../../local/paths";
import type { LifecycleTable } from "./lifecycle-table";

const POLL_MS = 50;

/** What a program is run with, beside the stack's file. */
export type Variant = Pick<EngineStackOptions, "config" | "program" | "packs">;

export class Life {
  /** State, home and passphrase. */
  readonly folder = mkdtempSync(join(tmpdir(), "naru-life-"));
  /** The local cloud; absent, every type is recorded only. */
  cloud: LocalCloud | undefined;
  private readonly stateFile: string;
  private opened: EngineStack | undefined;
  /** Compiled once. */
  private pack: PolicyPack | undefined;

  constructor(
    readonly stack: string,
    private readonly table: LifecycleTable,
  ) {
    this.stateFile = join(this.folder, ".pulumi", "stacks", "naru", `${stack}.json`);
  }

  /** The provider runs in this process, which saves the engine the start of three plugins for each operation. */
  async open(variant: Variant = {}): Promise<EngineStack> {
    this.opened?.close();
    this.pack ??= await policyPack(this.stack, this.folder);
    this.opened = await EngineStack.open({
      ...{ engine: await findEngine(), stack: this.stack, folder: this.folder, ...variant },
      ...{ endpoints: this.cloud?.endpoints, processes: [] },
      packs: variant.packs ?? [this.pack],
    });
    return this.opened;
  }

  /** As it was opened last. @throws Error before it was. */
  get standing(): EngineStack {
    if (this.opened === undefined) throw new Error(`${this.stack} was not opened yet`);
    return this.opened;
  }

  async end(): Promise<void> {
    this.opened?.close();
    await this.cloud?.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** Runs one operation, and tells it in the table. @param tell what it did. @default as the engine sums it up */
  async timed<Result>(
    row: string,
    operation: () => Promise<Result>,
    tell: (result: Result) => string,
  ): Promise<Result> {
    const started = performance.now();
    const result = await operation();
    this.table.put(row, this.stack, tell(result), (performance.now() - started) / 1000);
    return result;
  }

  /** What does not concern this stack. */
  without(row: string, why: string): void {
    this.table.put(row, this.stack, why);
  }

  /** Resources made in a component, without components. */
  counted(urn: string, resources: number): void {
    this.table.count(urn.split("::").at(-1)!, this.stack, resources);
  }

  /** What an operation is refused with. @throws Error when it is not. */
  async refusal(operation: () => Promise<Outcome>): Promise<Error> {
    const refused = await operation().then(
      () => undefined,
      (reason: Error) => reason,
    );
    if (refused === undefined) throw new Error("it was not refused");
    return refused;
  }

  /** The rules and resources by which the packs refuse a program. @throws what else ends it. */
  async violations(variant: Variant): Promise<string[]> {
    const opened = await this.open(variant);
    const refused = await this.refusal(() => opened.up());
    if (!(refused instanceof PolicyRefusal)) throw refused;
    return refused.violations.map(({ rule, urn }) => `${rule} ${urn.split("::").at(-1)}`);
  }

  /** Kills the engine, its program and its plugins (-9) as soon as the state holds so many resources. @returns how many it holds. */
  async killAfter(resources: number): Promise<number> {
    const given = this.cloud === undefined ? [] : [JSON.stringify(this.cloud.endpoints)];
    const child = spawn(
      process.execPath,
      ["-r", join(ROOT, "cli", "typescript.js"), join(__dirname, "up.ts"), this.stack, this.folder, ...given],
      // A group of its own, so that the engine is killed with it.
      { detached: true, stdio: "ignore" },
    );
    const ended = new Promise((resolve) => child.once("close", resolve));
    while (this.made() < resources && child.exitCode === null) await sleep(POLL_MS);
    process.kill(-child.pid!, "SIGKILL");
    await ended;
    return this.made();
  }

  /** Resources in the state file, whoever writes it. */
  made(): number {
    if (!existsSync(this.stateFile)) return 0;
    try {
      const { checkpoint } = JSON.parse(readFileSync(this.stateFile, "utf8")) as {
        checkpoint: { latest?: object };
      };
      const { resources = [] } = contentOf({ version: 3, deployment: checkpoint.latest });
      return resources.filter(({ type }) => !type.startsWith("pulumi:providers:")).length;
    } catch {
      // It is being written.
      return 0;
    }
  }

  state(): string {
    return readFileSync(this.stateFile, "utf8");
  }
}

/** `urn:pulumi:dev::naru::naru:aws:DataLake$aws:s3/bucket:Bucket::lake-raw` is `aws:s3/bucket:Bucket lake-raw`. */
export function resourceOf(urn: string): string {
  const [, , types, name] = urn.split("::");
  return `${types!.split("$").at(-1)} ${name}`;
}

/** Resources that something was done to, in the order in which it ended. */
export function those(steps: readonly DoneStep[], ...operations: readonly string[]): string[] {
  return steps.filter(({ operation }) => operations.includes(operation)).map(({ urn }) => resourceOf(urn));
}
