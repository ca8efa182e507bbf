/**
 * A stack that Pulumi's own engine drives, by its Automation API: the program in this process, state in a folder,
 * Naru's local provider as the plugin, policy packs as the engine runs them. Nothing of the person's own Pulumi is
 * used or changed: home, backend and passphrase are the folder's.
 */
import { execFile } from "node:child_process";
import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
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
import type { ServiceProcess } from "../process";
import { readStackConfig } from "../recorder";
import { loadProgram, type Program } from "../recorder/load-program";
import { commandOf, type Engine } from "./binary";
import { attachProviders, NONE_ATTACHED, type AttachedProviders } from "./attached-providers";
import { engineEnvironment, homeIn } from "./environment";
import { policyPacksOf, Watch, type DoneStep, type Say, type StackEvent, type Violation } from "./events";
import { contentOf, type StateResource } from "./state";
import { removeTorn } from "./torn";

/** A violation is a few hundred bytes, and a large program has thousands. */
const MOST_OUTPUT = 64 * 1024 * 1024;
const run = promisify(execFile);
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
  /**
   * Takes servers that are started for resources, such as a database: the provider then runs in this process until
   * {@link EngineStack.close}, and the engine attaches to it.
   * @default the provider is a process of the engine's, which ends with each operation and starts no server
   */
  readonly processes?: ServiceProcess[];
  /** Further configuration, over that of the stack's file. */
  readonly config?: Readonly<Record<string, string>>;
  /** @default none */
  readonly packs?: readonly PolicyPack[];
  /** Stands in the stack's history beside its updates. @default none */
  readonly message?: string;
  /** Another program. @default the project's own */
  readonly program?: Program;
}

/** Resources by what the engine did, or would do, with them: `create`, `same`, `update`, `replace`, `delete`. */
export type Changes = OpMap;

export interface Outcome {
  readonly changes: Changes;
  /** Policies of the packs that judged the program. */
  readonly rules: ReadonlySet<string>;
  /** What was done, in the order in which it ended. */
  readonly steps: readonly DoneStep[];
}

/** What the packs made of a state. */
export interface Analysis {
  /** Names of those that judged it. */
  readonly packs: readonly string[];
  readonly violations: readonly Violation[];
}

export class EngineStack {
  private programError: unknown;

  private constructor(
    private readonly stack: Stack,
    private readonly options: EngineStackOptions,
    private readonly attached: AttachedProviders,
  ) {}

  /** Opens the stack, and makes it where the folder has none. */
  static async open(options: EngineStackOptions): Promise<EngineStack> {
    const { engine, folder, endpoints, processes } = options;
    const { project, stack, values } = readStackConfig(ROOT, options.stack);
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const attached = processes === undefined ? NONE_ATTACHED : await attachProviders(endpoints, processes);
    const workspace = await LocalWorkspace.create({
      workDir: folder,
      pulumiHome: homeIn(folder),
      pulumiCommand: await PulumiCommand.get(engine.root === undefined ? {} : { root: engine.root }),
      projectSettings: { name: project, runtime: "nodejs", main: ROOT },
      envVars: { ...engineEnvironment(folder, endpoints), ...attached.environment },
    });
    // What the passphrase was salted with stands in the same file.
    const kept = existsSync(join(folder, `Pulumi.${stack}.yaml`)) ? await workspace.stackSettings(stack) : {};
    await workspace.saveStackSettings(stack, { ...kept, config: { ...values, ...options.config } });
    return new EngineStack(await Stack.createOrSelect(stack, workspace), options, attached);
  }

  /** Ends the providers of this process; needed only where it was opened with `processes`. */
  close(): void {
    this.attached.close();
  }

  /**
   * What an update would do, judged by the packs: nothing is changed.
   * @throws PolicyRefusal, the program's own error, or EngineFailure.
   */
  preview(say?: Say): Promise<Outcome> {
    return this.watch(say, async (onEvent) => {
      const { changeSummary } = await this.stack.preview({ ...this.judged(), onEvent });
      return changeSummary;
    });
  }

  /**
   * Makes, changes and deletes what the program asks for. The packs judge again, with the values that are known only now;
   * but rules of the whole stack speak when all of it is made, so {@link preview} goes first.
   * @throws as {@link preview}, or what the provider refused; the state then holds what was done.
   */
  update(say?: Say): Promise<Outcome> {
    return this.watch(say, async (onEvent) => {
      const { message } = this.options;
      const { summary } = await this.stack.up({ ...this.judged(), message, onEvent });
      return summary.resourceChanges ?? {};
    });
  }

  /** As `pulumi up`: a preview, then the update. @throws as these two. */
  async up(say?: Say): Promise<Outcome> {
    await this.preview();
    return this.update(say);
  }

  /** Reads every resource as it is now into the state. */
  refresh(say?: Say): Promise<Outcome> {
    return this.watch(say, async (onEvent) => {
      const { summary } = await this.stack.refresh({ parallel: PARALLEL, onEvent });
      return summary.resourceChanges ?? {};
    });
  }

  /**
   * As `pulumi destroy`: a preview, then every resource is deleted. Without the preview the engine would delete what
   * is not protected before it refuses the rest.
   * @throws EngineFailure where one is protected; nothing is deleted then.
   */
  async destroy(say?: Say): Promise<Outcome> {
    await this.watch(undefined, async (onEvent) => {
      const { changeSummary } = await this.stack.previewDestroy({ parallel: PARALLEL, onEvent });
      return changeSummary;
    });
    return this.watch(say, async (onEvent) => {
      const { summary } = await this.stack.destroy({ parallel: PARALLEL, onEvent });
      return summary.resourceChanges ?? {};
    });
  }

  /** The stack's outputs; secrets in clear, for this process only. */
  async outputs(): Promise<Record<string, unknown>> {
    const outputs = await this.stack.outputs();
    return Object.fromEntries(Object.entries(outputs).map(([name, { value }]) => [name, value]));
  }

  /** What the state holds; secrets in clear, for this process only. */
  async resources(): Promise<readonly StateResource[]> {
    return contentOf(await this.export()).resources ?? [];
  }

  /** The whole state; secrets in clear, for this process only, as the Automation API exports it. */
  export(): Promise<Deployment> {
    return this.stack.exportStack();
  }

  /** Puts a state in the place of the stack's own. */
  import(state: Deployment): Promise<void> {
    return this.stack.importStack(state);
  }

  /** Lets go of what a process left that was killed: its lock, and torn files. Only where no other drives this stack. */
  unlock(): Promise<void> {
    removeTorn(this.options.folder);
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
    const environment = { ...process.env, ...workspace.envVars, PULUMI_HOME: workspace.pulumiHome };
    const watch = new Watch();
    const ended = await run(commandOf(this.options.engine), [...arguments_, "--non-interactive"], {
      cwd: workspace.workDir,
      env: environment,
      maxBuffer: MOST_OUTPUT,
    }).catch((error: Error & { stdout: string }) => error);
    const events = ended.stdout
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

  private async watch(
    say: Say | undefined,
    operate: (onEvent: Watch["take"]) => Promise<Changes>,
  ): Promise<Outcome> {
    const watch = new Watch(say);
    this.programError = undefined;
    try {
      const changes = await operate(watch.take);
      return { changes, rules: watch.rules, steps: watch.steps };
    } catch (error) {
      throw watch.failure(error, this.programError);
    }
  }
}
