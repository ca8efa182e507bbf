/** Runs the Pulumi program in this process and records what the engine would be told. */
import { resolve } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import * as runtimeSettings from "@pulumi/pulumi/runtime/settings";
import * as runtimeStack from "@pulumi/pulumi/runtime/stack";
import { partitionOf } from "../../components/aws/context";
import { startMonitor, type Create } from "./monitor";
import type { RecordedResource, SourceLine } from "./recorded-resource";
import { readStackConfig, regionOf } from "./stack-config";

/** Stands for an account in plans; a plan of one's own account names it by `accountId`. */
const PLAN_ACCOUNT = "123456789012";

/** What a Pulumi program's module exports: a function that makes resources and resolves with the stack's outputs. */
export type Program = () => Promise<Record<string, unknown>>;

export interface RecordOptions {
  /** Folder with Pulumi.yaml and index.ts. */
  readonly root: string;
  /** Another program, run with the stack's configuration. @default index.ts in `root` */
  readonly program?: Program;
  readonly stack: string;
  /** Twelve digits. @default "123456789012", which stands for an account */
  readonly accountId?: string;
  /** Further configuration, over that of the stack's file. */
  readonly config?: Readonly<Record<string, string>>;
  /** Makes custom resources; absent, the program runs as in a preview. */
  readonly create?: Create;
  /** Called for each warning that the program logs. @default none */
  readonly onWarning?: (message: string) => void;
}

export interface ProgramRecord {
  readonly project: string;
  readonly stack: string;
  readonly region: string;
  readonly resources: readonly RecordedResource[];
  /** URNs of the resources that `create` made. */
  readonly created: ReadonlySet<string>;
  /** Where the program makes each resource, by URN. */
  readonly sources: ReadonlyMap<string, SourceLine>;
  /** The stack's outputs; unknown ones are absent in a preview. */
  readonly outputs: Readonly<Record<string, unknown>>;
}

/** As many registrations at once as the engine allows by default on a small machine. */
const PARALLEL = 16;

/**
 * @throws whatever the program throws, settings errors among them; Error with all messages the program logged as errors.
 */
export async function recordProgram(options: RecordOptions): Promise<ProgramRecord> {
  const { project, stack, values } = readStackConfig(options.root, options.stack);
  const config = { ...values, ...options.config };
  const region = regionOf(config);
  const errors: string[] = [];
  const monitor = await startMonitor({
    project,
    stack,
    root: options.root,
    facts: { accountId: options.accountId ?? PLAN_ACCOUNT, region, partition: partitionOf(region) },
    create: options.create,
    onLog: (severity, message) =>
      severity === "error" ? errors.push(message) : options.onWarning?.(message),
  });
  const frames = Error.stackTraceLimit;
  // The SDK takes a stack trace for each promise, which source maps make dear: most of a recording's time [measured].
  if (process.env.NARU_DEBUG === undefined) Error.stackTraceLimit = 0;
  try {
    const preview = options.create === undefined;
    runtimeSettings.resetOptions(
      project,
      stack,
      PARALLEL,
      monitor.engineAddress,
      monitor.monitorAddress,
      preview,
      "organization",
    );
    pulumi.runtime.setAllConfig(config);
    const program = options.program ?? loadProgram(options.root);
    // After a program that failed too: what it left under way would end in the next recording of this process.
    const outputs = await runtimeStack
      .runInPulumiStack(() => tellingOnce(program))
      .finally(() => runtimeSettings.disconnect());
    if (errors.length > 0) throw new Error(errors.join("\n"));
    const resolved = preview ? {} : await plain(outputs ?? {});
    return { project, stack, region, ...monitor.recording, outputs: resolved };
  } finally {
    Error.stackTraceLimit = frames;
    monitor.close();
  }
}

/** What programs failed with; callers get these from {@link recordProgram}. */
const failures = new Set<unknown>();

/**
 * The SDK rejects promises of its own (the stack's outputs) with the error that it also throws. Nobody awaits those, and
 * Node would end the process over them, before it has told its reason. Any other lost rejection still ends it.
 */
async function tellingOnce(program: Program): Promise<Record<string, unknown>> {
  try {
    return await program();
  } catch (error) {
    if (failures.size === 0) process.on("unhandledRejection", passUnlessTold);
    failures.add(error);
    throw error;
  }
}

function passUnlessTold(reason: unknown): void {
  if (!failures.has(reason)) throw reason;
}

function loadProgram(root: string): Program {
  return require(resolve(root, "index.ts")) as Program;
}

/** Awaits every output of a value; secrets come in clear, for this process only. */
async function plain(value: Record<string, unknown>): Promise<Record<string, unknown>> {
  return new Promise((settle) =>
    pulumi.output(value).apply((known) => settle(known as Record<string, unknown>)),
  );
}
