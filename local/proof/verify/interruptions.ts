/** `naru verify aws`, killed and interrupted at four moments, and what the next one says and does. */
import { spawn, type ChildProcess } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { isAlive } from "../../../cli/verify/lock";
import { readProgress } from "../../../cli/verify/progress";
import type { CloudClients } from "../../endpoints";
import { contentOf, pendingIn } from "../../engine/state";
import { removeTorn } from "../../engine/torn";
import type { EngineStack } from "../../engine/workspace";
import { ROOT } from "../../paths";
import { takeIn } from "../lives/standing";

const STACK = "dev";
const POLL_MS = 50;
/** Of 239. */
const SOME = 60;
const MORE = 120;

export interface Interrupted {
  /** Project, state and progress. */
  readonly folder: string;
  readonly clients: CloudClients;
  /** The stack for whoever mends its state. */
  readonly open: () => Promise<EngineStack>;
  readonly tell: (line: string) => void;
}

/** Ends with an empty stack. @throws Error where a run did not say, or leave, what it should. */
export async function interruptions(proof: Interrupted): Promise<void> {
  await killedWhileItDeploys(proof);
  await interruptedWhileItDeploys(proof);
  await killedBesidePulumi(proof);
  await killedWhileItDestroys(proof);
}

/** Pulumi does not know what became of what it was making: a person looks, and says it. */
async function killedWhileItDeploys(proof: Interrupted): Promise<void> {
  const { folder, clients, open, tell } = proof;
  const first = new Run(folder);
  await first.until(() => made(folder) >= SOME);
  first.killWithPulumi();
  await first.ended;
  const next = await new Run(folder).ended;
  must(next, 1, "Pulumi was killed while it made", "pulumi refresh --stack dev");
  const stack = await open();
  const { length } = pendingIn(await stack.export());
  await stack.unlock();
  const settled = await takeIn(stack, clients);
  tell(
    `killed (-9) with Pulumi at ${SOME} resources: the next run named ${length} that were under way; looked up: ${settled}`,
  );
}

/** Pulumi ends what it has begun: nothing is under way, and no lock is left. */
async function interruptedWhileItDeploys({ folder, open, tell }: Interrupted): Promise<void> {
  const run = new Run(folder);
  await run.until(() => made(folder) >= MORE);
  run.child.kill("SIGINT");
  must(await run.ended, 1, "Interrupted: Pulumi ends what it has begun", "of the stack stand, and cost");
  const { length } = pendingIn(await (await open()).export());
  if (length > 0 || locks(folder) > 0)
    throw new Error(`after Ctrl-C ${length} are under way, ${locks(folder)} locks held`);
  tell(`Ctrl-C at ${MORE}: ${made(folder)} stand, 0 under way, no lock`);
}

/** Pulumi goes on without it, to its end: a second one beside it would be refused by its lock. */
async function killedBesidePulumi({ folder, tell }: Interrupted): Promise<void> {
  const run = new Run(folder);
  await run.until(() => made(folder) > MORE && (run.pulumi()?.command ?? "").startsWith("pulumi up"));
  const { pid } = run.pulumi()!;
  run.child.kill("SIGKILL");
  await run.ended;
  must(await new Run(folder).ended, 1, "of the earlier run still works", `process ${pid}`);
  while (isAlive(pid)) await sleep(POLL_MS);
  tell(`killed (-9) alone: the next run waited for Pulumi, which went on to ${made(folder)}`);
}

/** The lock of a dead run of this machine is let go of. */
async function killedWhileItDestroys({ folder, tell }: Interrupted): Promise<void> {
  const all = made(folder);
  const run = new Run(folder, "--end");
  await run.until(() => made(folder) <= all - SOME);
  run.killWithPulumi();
  await run.ended;
  const left = made(folder);
  must(await new Run(folder, "--end").ended, 0, "is dead: pulumi cancel", "Nothing is left.");
  tell(
    `killed (-9) with Pulumi while it destroys, ${left} left: the next one let go of the lock, and left ${made(folder)}`,
  );
}

interface Ended {
  readonly code: number | null;
  readonly said: string;
}

class Run {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
  private over = false;

  constructor(
    private readonly folder: string,
    ...words: readonly string[]
  ) {
    const script = join(__dirname, "run.ts");
    this.child = spawn(
      process.execPath,
      ["-r", join(ROOT, "cli", "typescript.js"), script, folder, ...words],
      { stdio: ["ignore", "pipe", "pipe"] },
    );
    let said = "";
    for (const stream of [this.child.stdout!, this.child.stderr!]) {
      stream.setEncoding("utf8").on("data", (text: string) => (said += text));
    }
    this.ended = new Promise((resolve) =>
      this.child.once("close", (code) => {
        this.over = true;
        resolve({ code, said });
      }),
    );
  }

  /** @throws Error with what it said where it ends before. */
  async until(reached: () => boolean): Promise<void> {
    while (!reached()) {
      if (this.over) throw new Error(`naru verify aws ended too early:\n${(await this.ended).said}`);
      await sleep(POLL_MS);
    }
  }

  /** Pulumi's command that is under way. */
  pulumi() {
    return readProgress(join(this.folder, `verify-${STACK}.json`))?.command;
  }

  killWithPulumi(): void {
    const { pid } = this.pulumi()!;
    this.child.kill("SIGKILL");
    // It leads a group of its own.
    process.kill(-pid, "SIGKILL");
    // As the advice for it says; few kills meet that moment.
    removeTorn(this.folder);
  }
}

function must({ code, said }: Ended, wanted: number, ...words: readonly string[]): void {
  const missing = words.filter((word) => !said.includes(word));
  if (code === wanted && missing.length === 0) return;
  throw new Error(
    `naru verify aws ended with ${code} for ${wanted}, without saying ${missing.join("; ")}:\n${said}`,
  );
}

/** Resources in the state file, whoever writes it. */
function made(folder: string): number {
  try {
    const file = join(folder, ".pulumi", "stacks", "naru", `${STACK}.json`);
    const { checkpoint } = JSON.parse(readFileSync(file, "utf8")) as { checkpoint: { latest?: object } };
    const { resources = [] } = contentOf({ version: 3, deployment: checkpoint.latest });
    return resources.filter(({ custom, type }) => custom && !type.startsWith("pulumi:")).length;
  } catch {
    // It is not there yet, or being written.
    return 0;
  }
}

function locks(folder: string): number {
  const kept = join(folder, ".pulumi", "locks");
  if (!existsSync(kept)) return 0;
  return readdirSync(kept, { recursive: true }).filter((name) => String(name).endsWith(".json")).length;
}
