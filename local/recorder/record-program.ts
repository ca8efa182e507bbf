/** Runs the Pulumi program in this process and records what the engine would be told. */
import * as pulumi from "@pulumi/pulumi";
import { LogSeverity, type LogRequest } from "@pulumi/pulumi/proto/engine_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { partitionOf } from "../../components/aws/context";
import { PLAN_ACCOUNT } from "./invokes";
import { loadProgram, sdkOf, type Program, type Sdk } from "./load-program";
import { LostRejections } from "./lost-rejections";
import { startMonitor, type Create } from "./monitor";
import type { RecordedResource, SourceLine } from "./recorded-resource";
import { readStackConfig, regionOf } from "./stack-config";
import type { StackOutputs } from "./stack-references";

export interface RecordOptions {
  /** Folder with Pulumi.yaml and the program that it names. */
  readonly root: string;
  /** Another program, run with the stack's configuration. @default the one in `root` */
  readonly program?: Program;
  readonly stack: string;
  /** Twelve digits. @default "123456789012", which stands for an account */
  readonly accountId?: string;
  /** Further configuration, over that of the stack's file. */
  readonly config?: Readonly<Record<string, string>>;
  /** Outputs of other stacks that the program reads by StackReference, by their names. @default none */
  readonly stackOutputs?: StackOutputs;
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
  const sdk = sdkOf(options.root);
  const errors: string[] = [];
  const monitor = await startMonitor({
    project,
    stack,
    root: options.root,
    facts: { accountId: options.accountId ?? PLAN_ACCOUNT, region, partition: partitionOf(region) },
    create: options.create,
    ...(options.stackOutputs !== undefined && { stackOutputs: options.stackOutputs }),
    onLog: (severity, message) =>
      severity === "error" ? errors.push(message) : options.onWarning?.(message),
  });
  const lost = new LostRejections();
  const frames = Error.stackTraceLimit;
  // The SDK takes a stack trace for each promise, which source maps make dear: most of a recording's time [measured].
  if (process.env.NARU_DEBUG === undefined) Error.stackTraceLimit = 0;
  try {
    const preview = options.create === undefined;
    sdk.settings.resetOptions(
      project,
      stack,
      PARALLEL,
      monitor.engineAddress,
      monitor.monitorAddress,
      preview,
      "organization",
    );
    dropDebugMessages(sdk);
    sdk.config.setAllConfig(config);
    const program = options.program ?? loadProgram(options.root);
    let isOver = false;
    const refused = monitor.refused.then(() => {
      isOver = true;
      throw new Error(errors.join("\n"));
    });
    // After a program that failed too: what it left under way would end in the next recording of this process.
    const running = sdk.stack
      .runInPulumiStack(program)
      .finally(() => (isOver ? undefined : sdk.settings.disconnect()));
    const outputs = await Promise.race([running, refused]);
    errors.push(...(await lost.untold(errors)));
    if (errors.length > 0) throw new Error(errors.join("\n"));
    const resolved = preview ? {} : await plain(outputs ?? {});
    return { project, stack, region, ...monitor.recording, outputs: resolved };
  } finally {
    Error.stackTraceLimit = frames;
    sdk.settings.disconnectSync();
    monitor.close();
    await lost.end();
  }
}

/** The SDK's client of the engine, as far as it logs by it; it exports `getEngine` but not its type. */
interface LoggingSettings {
  getEngine(): { log(request: LogRequest, done: (error: null, answer: Empty) => void): unknown } | undefined;
}

/** The SDK tells the engine of each step it takes, some thousand calls in a recording, which nobody here would read. */
function dropDebugMessages({ settings }: Sdk): void {
  const engine = (settings as unknown as LoggingSettings).getEngine();
  if (engine === undefined) return;
  const log = engine.log.bind(engine);
  engine.log = (request, done) =>
    request.getSeverity() === LogSeverity.DEBUG ? done(null, new Empty()) : log(request, done);
}

/** Awaits every output of a value; secrets come in clear, for this process only. */
async function plain(value: Record<string, unknown>): Promise<Record<string, unknown>> {
  return new Promise((settle) =>
    pulumi.output(value).apply((known) => settle(known as Record<string, unknown>)),
  );
}
