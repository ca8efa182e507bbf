/** The person's own Pulumi CLI, with their own backend and login. */
import { execFile, spawn, type ChildProcess } from "node:child_process";
import { closeSync, mkdirSync, openSync } from "node:fs";
import { dirname } from "node:path";
import { promisify } from "node:util";
import { ENGINE_VERSION, isAtLeast } from "../../local/engine/binary";
import { contentOf, pendingIn, type StateResource } from "../../local/engine/state";
import { deadLockOf } from "./lock";
import { Tail } from "./tail";

const run = promisify(execFile);

/** Of a stack's state and its outputs, which hold the collector's key: in memory only. */
const OUTPUT_BYTES = 256 * 1024 * 1024;
/** Of what a command said, so much is kept to tell what is wrong. */
const TAIL_CHARACTERS = 64 * 1024;
/** Between two looks at what a command says. */
const POLL_MS = 200;
/** Updates of a stack that are looked through; a verification makes a handful. */
const UPDATES = 100;

/** @throws Error with the way out when there is none, or an old one. */
export async function pulumiVersion(): Promise<string> {
  const told = await run("pulumi", ["version"]).catch(() => undefined);
  const version = told?.stdout.trim().replace(/^v/, "");
  if (version === undefined) {
    throw new Error(
      "There is no pulumi on the PATH. Install it: https://www.pulumi.com/docs/iac/download-install/",
    );
  }
  if (!isAtLeast(version, ENGINE_VERSION)) {
    throw new Error(`The pulumi on the PATH is ${version}; ${ENGINE_VERSION} or newer is needed`);
  }
  return version;
}

/** What stands by Pulumi's state; providers and the stack itself left out. */
export interface StackState {
  readonly resources: readonly StateResource[];
  /** Creations that were under way when Pulumi was killed: only AWS knows what became of them. */
  readonly pending: readonly StateResource[];
}

/** An entry of the stack's history. */
export interface Update {
  readonly kind: string;
  readonly startTime: string;
  readonly message: string;
}

/** A command that is under way, so that a run after a crash finds it. */
export interface RunningCommand {
  readonly pid: number;
  readonly command: string;
  /** ISO 8601. */
  readonly since: string;
}

/** A command that failed, with the end of what it said. */
export class PulumiFailure extends Error {
  constructor(
    command: string,
    ended: string,
    readonly said: string,
  ) {
    super(`\`${command}\` ended with ${ended}`);
    this.name = "PulumiFailure";
  }
}

export class Pulumi {
  private child: ChildProcess | undefined;
  private interrupted = false;

  /**
   * @param message stands in the stack's history beside each update.
   * @param log takes what its commands say: written by Pulumi itself, as a pipe to a verification that is killed would end it.
   * @param show takes each line of it.
   * @param running told of a command that starts (and of none, when it has ended).
   */
  constructor(
    private readonly root: string,
    readonly stack: string,
    private readonly message: string,
    private readonly log: string,
    private readonly show: (line: string) => void,
    private readonly running: (command: RunningCommand | undefined) => void,
  ) {}

  /** Makes the stack where the backend has none. */
  select(): Promise<void> {
    return this.do("stack", "select", "--create");
  }

  up(...options: readonly string[]): Promise<void> {
    return this.unlocked("up", "--yes", "--message", this.message, ...options);
  }

  destroy(): Promise<void> {
    return this.unlocked("destroy", "--yes", "--message", this.message);
  }

  /** Nothing for a stack that the backend does not know. @throws PulumiFailure when the backend can't be asked. */
  async state(): Promise<StackState> {
    const text = await this.ask("stack", "export").catch((error: Error) => {
      if (error instanceof PulumiFailure && /no stack named/.test(error.said)) return undefined;
      throw error;
    });
    if (text === undefined) return { resources: [], pending: [] };
    const state = JSON.parse(text) as Parameters<typeof contentOf>[0];
    const { resources = [] } = contentOf(state);
    const own = resources.filter(({ custom, type }) => custom && !type.startsWith("pulumi:"));
    return { resources: own, pending: pendingIn(state) };
  }

  /** The newest first. */
  async updates(): Promise<readonly Update[]> {
    return JSON.parse(
      await this.ask("stack", "history", "--json", "--page-size", String(UPDATES)),
    ) as Update[];
  }

  /** The stack's outputs, secrets among them. */
  async outputs(): Promise<unknown> {
    return JSON.parse(await this.ask("stack", "output", "--json", "--show-secrets")) as unknown;
  }

  /** Asks the command that is under way to end what it has begun; a second time: at once. @returns whether there is one. */
  interrupt(): boolean {
    if (this.child === undefined) return false;
    this.interrupted = true;
    return this.child.kill("SIGINT");
  }

  /** Lets go of a lock of this machine's own dead run, and tries once more. */
  private async unlocked(...words: readonly string[]): Promise<void> {
    const before = new Date().toISOString();
    try {
      await this.do(...words);
    } catch (error) {
      const lock = error instanceof PulumiFailure ? deadLockOf(error.said, before) : undefined;
      if (lock === undefined) throw error;
      this.show(`${lock} holds the stack's lock, and is dead: pulumi cancel`);
      await this.do("cancel", "--yes");
      await this.do(...words);
    }
  }

  /** Runs a command in the checkout, with its output before the person's eyes. */
  private async do(...words: readonly string[]): Promise<void> {
    const command = `pulumi ${words.join(" ")}`;
    mkdirSync(dirname(this.log), { recursive: true });
    const log = openSync(this.log, "a", 0o600);
    let said = "";
    const tail = new Tail(this.log, (line) => {
      this.show(line);
      said = `${said}${line}\n`.slice(-TAIL_CHARACTERS);
    });
    // A group of its own: Ctrl-C comes to Pulumi once, from here, and a killed verification does not kill it in the middle.
    const child = spawn("pulumi", [...words, "--stack", this.stack, "--non-interactive"], {
      ...{ cwd: this.root, detached: true },
      stdio: ["ignore", log, log],
    });
    closeSync(log);
    this.child = child;
    this.interrupted = false;
    if (child.pid !== undefined) {
      this.running({ pid: child.pid, command, since: new Date().toISOString() });
    }
    const reading = setInterval(() => tail.read(), POLL_MS);
    let ended: number | string | null;
    try {
      ended = await new Promise((resolve, reject) => {
        child.on("error", reject);
        child.on("exit", (code, signal) => resolve(code ?? signal));
      });
    } finally {
      clearInterval(reading);
      tail.close();
      this.child = undefined;
      this.running(undefined);
    }
    if (this.interrupted) throw new PulumiFailure(command, "your interruption", said);
    if (ended !== 0) throw new PulumiFailure(command, String(ended), said);
  }

  /** Runs a command that changes nothing. @returns what it says. */
  private async ask(...words: readonly string[]): Promise<string> {
    const asked = [...words, "--stack", this.stack, "--non-interactive"];
    try {
      const { stdout } = await run("pulumi", asked, { cwd: this.root, maxBuffer: OUTPUT_BYTES });
      return stdout;
    } catch (cause) {
      const { stderr = "", code } = cause as { stderr?: string; code?: number | string };
      throw new PulumiFailure(`pulumi ${words.join(" ")}`, `${code}: ${stderr.trim()}`, stderr);
    }
  }
}
