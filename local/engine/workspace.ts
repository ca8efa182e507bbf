/**
 * A stack that Pulumi's own engine drives, by its Automation API: the program in this process, state in a folder,
 * Naru's local provider as the plugin, policy packs as the engine runs them. Nothing of the person's own Pulumi is
 * used or changed: home, backend and passphrase are the folder's.
 */
import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import {
  LocalWorkspace,
  PulumiCommand,
  Stack,
  type Deployment,
  type OpMap,
  type PulumiFn,
} from "@pulumi/pulumi/automation";
import type { LocalEndpoints } from "../endpoints";
import { ROOT } from "../paths";
import { readStackConfig } from "../recorder";
import { loadProgram, type Program } from "../recorder/load-program";
import type { Engine } from "./binary";
import { policyPacksOf, Watch, type StackEvent, type Violation } from "./events";

/** Executables that the engine looks for on the PATH. */
const PLUGINS = join(__dirname, "plugins");
/** As many resources at once as the recorder has. */
const PARALLEL = 16;

export interface PolicyPack {
  /** Folder of a compiled pack. */
  readonly folder: string;
  /** JSON file with its configuration, by rule. @default the pack's own levels */
  readonly configuration?: string;
}

export interface EngineStackOptions {
  readonly engine: Engine;
  /** Of `Pulumi.<stack>.yaml`. */
  readonly stack: string;
  /** State, the engine's home and its passphrase; made where it is missing. */
  readonly folder: string;
  /** The local cloud that resources are made on. @default none: they are recorded only */
  readonly endpoints?: LocalEndpoints;
  /** Further configuration, over that of the stack's file. */
  readonly config?: Readonly<Record<string, string>>;
  /** @default none */
  readonly packs?: readonly PolicyPack[];
  /** Another program. @default the project's own */
  readonly program?: Program;
  /** Told how far an operation is. @default nobody is told */
  readonly say?: (what: string) => void;
}

/** Resources by what the engine did, or would do, with them: `create`, `same`, `update`, `replace`, `delete`. */
export type Changes = OpMap;

export interface Outcome {
  readonly changes: Changes;
  /** Rules that judged the program. */
  readonly rules: number;
}

/** What the packs made of a state. */
export interface Analysis {
  /** Names of those that judged it. */
  readonly packs: readonly string[];
  readonly violations: readonly Violation[];
}

export interface StateResource {
  readonly urn: string;
  readonly type: string;
  readonly custom: boolean;
  readonly id?: string;
  readonly parent?: string;
  readonly inputs?: Record<string, unknown>;
  readonly outputs?: Record<string, unknown>;
}

export class EngineStack {
  private programError: unknown;

  private constructor(
    private readonly stack: Stack,
    private readonly options: EngineStackOptions,
  ) {}

  /** Opens the stack, and makes it where the folder has none. */
  static async open(options: EngineStackOptions): Promise<EngineStack> {
    const { engine, folder, endpoints } = options;
    const { project, stack, values } = readStackConfig(ROOT, options.stack);
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const workspace = await LocalWorkspace.create({
      workDir: folder,
      pulumiHome: join(folder, "home"),
      pulumiCommand: await PulumiCommand.get(engine.root === undefined ? {} : { root: engine.root }),
      projectSettings: { name: project, runtime: "nodejs", main: ROOT },
      envVars: {
        // Children of a child find the same Node.js as this process.
        PATH: [PLUGINS, dirname(process.execPath), process.env.PATH ?? ""].join(delimiter),
        PULUMI_BACKEND_URL: `file://${folder}`,
        PULUMI_CONFIG_PASSPHRASE: passphraseIn(folder),
        PULUMI_SKIP_UPDATE_CHECK: "true",
        PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
        ...(endpoints !== undefined && { NARU_ENDPOINTS: JSON.stringify(endpoints) }),
      },
    });
    // What the passphrase was salted with stands in the same file.
    const kept = existsSync(join(folder, `Pulumi.${stack}.yaml`)) ? await workspace.stackSettings(stack) : {};
    await workspace.saveStackSettings(stack, { ...kept, config: { ...values, ...options.config } });
    return new EngineStack(await Stack.createOrSelect(stack, workspace), options);
  }

  /** @throws PolicyRefusal, the program's own error, or EngineFailure. */
  preview(): Promise<Outcome> {
    return this.watch(async (onEvent) => {
      const { changeSummary } = await this.stack.preview({ ...this.judged(), onEvent });
      return changeSummary;
    });
  }

  /**
   * Judges a preview first: within an update the packs see the whole stack only when all of it is made.
   * @throws as {@link preview}, after which nothing was changed, or what the provider refused.
   */
  async up(): Promise<Outcome> {
    await this.preview();
    return this.watch(async (onEvent) => {
      const { summary } = await this.stack.up({ ...this.judged(), onEvent });
      return summary.resourceChanges ?? {};
    });
  }

  /** Reads every resource as it is now into the state. */
  refresh(): Promise<Outcome> {
    return this.watch(async (onEvent) => {
      const { summary } = await this.stack.refresh({ parallel: PARALLEL, onEvent });
      return summary.resourceChanges ?? {};
    });
  }

  /** Deletes every resource that is not protected. */
  destroy(): Promise<Outcome> {
    return this.watch(async (onEvent) => {
      const { summary } = await this.stack.destroy({ parallel: PARALLEL, onEvent });
      return summary.resourceChanges ?? {};
    });
  }

  /** The stack's outputs; secrets in clear, for this process only. */
  async outputs(): Promise<Record<string, unknown>> {
    const outputs = await this.stack.outputs();
    return Object.fromEntries(Object.entries(outputs).map(([name, { value }]) => [name, value]));
  }

  /** What the state holds; secrets stay encrypted. */
  async resources(): Promise<readonly StateResource[]> {
    const { deployment } = await this.stack.exportStack();
    return (deployment as { resources?: StateResource[] }).resources ?? [];
  }

  /** Puts a state in the place of the stack's own. */
  import(state: Deployment): Promise<void> {
    return this.stack.importStack(state);
  }

  /** Lets go of a lock that a process left that was killed. Only where no other drives this stack. */
  unlock(): Promise<void> {
    return this.stack.cancel();
  }

  /**
   * `pulumi policy analyze`: the packs over the state, without program or provider.
   * @throws EngineFailure when a pack did not judge it.
   */
  async analyze(): Promise<Analysis> {
    const { workspace, name } = this.stack;
    const { policyPacks, policyPackConfigs } = this.judged();
    const arguments_ = [
      ...["policy", "analyze", "--stack", name, "--json"],
      ...policyPacks.flatMap((folder) => ["--policy-pack", folder]),
      ...policyPackConfigs.flatMap((file) => ["--policy-pack-config", file]),
    ];
    const environment = { ...workspace.envVars, PULUMI_HOME: workspace.pulumiHome ?? "" };
    const watch = new Watch(() => undefined);
    let output = "";
    const ended = await workspace.pulumiCommand
      .run(arguments_, workspace.workDir, environment, (text) => (output += text))
      .catch((error: Error) => error);
    const events = output
      .split("\n")
      .flatMap((line) => (line === "" ? [] : [JSON.parse(line) as StackEvent]));
    events.forEach(watch.take);
    // The engine ends with an error for violations too; whatever else it ends with is a failure.
    if (ended instanceof Error && watch.violations.length === 0) throw watch.failure(ended);
    const packs = events.flatMap(({ summaryEvent }) => Object.keys(policyPacksOf(summaryEvent)));
    return { packs, violations: watch.violations };
  }

  private judged() {
    const { packs = [] } = this.options;
    return {
      parallel: PARALLEL,
      program: this.program(),
      policyPacks: packs.map(({ folder }) => folder),
      policyPackConfigs: packs.flatMap(({ configuration }) => configuration ?? []),
    };
  }

  /** What the program throws comes back from the engine as lines of text; here it is kept as it was. */
  private program(): PulumiFn {
    const program = this.options.program ?? loadProgram(ROOT);
    return async () => {
      try {
        return await program();
      } catch (error) {
        this.programError = error;
        throw error;
      }
    };
  }

  private async watch(operate: (onEvent: Watch["take"]) => Promise<Changes>): Promise<Outcome> {
    const watch = new Watch(this.options.say ?? (() => undefined));
    this.programError = undefined;
    try {
      const changes = await operate(watch.take);
      return { changes, rules: watch.rules.size };
    } catch (error) {
      throw watch.failure(error, this.programError);
    }
  }
}

/**
 * Secrets in the state are encrypted with it. It lies beside the state, for its owner only: it keeps them out of what is
 * copied, searched or shown of the state, not from whoever reads the folder. `PULUMI_CONFIG_PASSPHRASE` goes before it.
 */
function passphraseIn(folder: string): string {
  const given = process.env.PULUMI_CONFIG_PASSPHRASE;
  if (given !== undefined && given !== "") return given;
  const file = join(folder, "passphrase");
  if (!existsSync(file)) writeFileSync(file, randomBytes(32).toString("base64url"), { mode: 0o600 });
  return readFileSync(file, "utf8");
}
