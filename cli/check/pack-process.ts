/** A policy pack as its own process, started and spoken to as the Pulumi engine does it. */
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { credentials } from "@grpc/grpc-js";
import { AnalyzerClient } from "@pulumi/pulumi/proto/analyzer_grpc_pb";

/** The engine's own limit for one message, 400 MB: a stack comes in one. */
const LARGEST_MESSAGE = 400 * 1024 * 1024;

/** A pack that says nothing for so long is broken; a compiled one speaks within a second. */
const START_TIMEOUT_MS = 60_000;

/** Leaves out what the runner of a compiled pack does not need. */
const COMPILED_PACK = require.resolve("./compiled-pack.js");

export class PackProcess {
  private constructor(
    private readonly child: ChildProcess,
    readonly directory: string,
    /** The pack's Analyzer service. */
    readonly client: AnalyzerClient,
    /** From the start of the process to its first word, the port. */
    readonly startMilliseconds: number,
  ) {}

  /**
   * Starts the pack in `packDirectory`, which must be compiled.
   *
   * @throws with the pack's own error output when it ends before it serves.
   */
  static async start(packDirectory: string): Promise<PackProcess> {
    const started = performance.now();
    const runner = require.resolve("@pulumi/pulumi/cmd/run-policy-pack");
    // The first argument is the engine's address: the runner wants one and never calls it.
    const child = spawn(process.execPath, ["--require", COMPILED_PACK, runner, "127.0.0.1:0", "."], {
      cwd: packDirectory,
      stdio: ["ignore", "pipe", "pipe"],
    });
    const errors: string[] = [];
    child.stderr.setEncoding("utf8").on("data", (text: string) => errors.push(text));
    try {
      const port = await firstLine(child);
      if (!/^\d+$/.test(port)) throw new Error("it wrote to its standard output before it said its port");
      const client = new AnalyzerClient(`127.0.0.1:${port}`, credentials.createInsecure(), {
        "grpc.max_receive_message_length": LARGEST_MESSAGE,
        "grpc.max_send_message_length": LARGEST_MESSAGE,
      });
      return new PackProcess(child, packDirectory, client, Math.round(performance.now() - started));
    } catch (error) {
      await end(child);
      const reason = error instanceof Error ? error.message : String(error);
      throw new Error(
        `The policy pack in ${packDirectory} does not start: ${reason}.\n${errors.join("")}`.trimEnd(),
      );
    }
  }

  get pid(): number {
    return this.child.pid!;
  }

  /** Ends the process and waits until it has. */
  async stop(): Promise<void> {
    this.client.close();
    await end(this.child);
  }
}

async function firstLine(child: ChildProcess): Promise<string> {
  const lines = createInterface({ input: child.stdout! });
  const timeout = AbortSignal.timeout(START_TIMEOUT_MS);
  try {
    const [line] = (await Promise.race([
      once(lines, "line", { signal: timeout }),
      once(child, "exit").then(([code]) => Promise.reject(new Error(`it ended with code ${code}`))),
      once(child, "error").then(([error]) => Promise.reject(error as Error)),
    ])) as [string];
    return line;
  } catch (error) {
    if (timeout.aborted) throw new Error(`it said nothing for ${START_TIMEOUT_MS / 1000} s`);
    throw error;
  } finally {
    lines.close();
    child.stdout!.resume();
  }
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, "exit");
  child.kill();
  await exit;
}
