/** Runs a process and watches what it and its children take of the machine (Linux; elsewhere only the time). */
import { spawn } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { ROOT } from "../../local/paths";

export interface Watched {
  readonly stdout: string;
  /** From the start of the process to its end. */
  readonly seconds: number;
  /** Processor time of all threads, in user and system mode; null where it can't be told. */
  readonly cpuSeconds: number | null;
  /** Most memory: the peaks (VmHWM) of the processes that lived at one time, added up. Null where it can't be told. */
  readonly peakBytes: number | null;
}

/** A process is looked at so often; what it takes in its last moments is missed. */
const LOOK_MS = 20;
/** Clock ticks a second in /proc: USER_HZ, 100 on every Linux that Node runs on. */
const TICKS = 100;

/** @throws Error with what the process said when it fails. */
export function watched(command: string, arguments_: readonly string[]): Promise<Watched> {
  return new Promise((resolve, reject) => {
    const started = process.hrtime.bigint();
    const child = spawn(command, arguments_, { cwd: ROOT, stdio: ["ignore", "pipe", "pipe"] });
    let [stdout, stderr] = ["", ""];
    child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
    child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr = (stderr + text).slice(-4_000)));
    const ticks = new Map<number, number>();
    let peak = 0;
    const look = (): void => {
      const found = child.pid === undefined ? [] : tree(child.pid);
      peak = Math.max(
        peak,
        found.map(peakOf).reduce((sum, bytes) => sum + bytes, 0),
      );
      for (const pid of found) ticks.set(pid, Math.max(ticks.get(pid) ?? 0, ticksOf(pid)));
    };
    const watch = setInterval(look, LOOK_MS);
    child.on("error", reject);
    child.on("close", (code) => {
      clearInterval(watch);
      const seconds = Number(process.hrtime.bigint() - started) / 1e9;
      if (code !== 0)
        return reject(new Error(`${command} ${arguments_.join(" ")} ended with ${code}:\n${stderr}`));
      const cpu = [...ticks.values()].reduce((sum, own) => sum + own, 0) / TICKS;
      const known = peak > 0;
      resolve({ stdout, seconds, cpuSeconds: known ? cpu : null, peakBytes: known ? peak : null });
    });
  });
}

/** A process and all below it; empty when it has ended. */
function tree(pid: number): number[] {
  try {
    const children = readdirSync(`/proc/${pid}/task`).flatMap((thread) =>
      readFileSync(`/proc/${pid}/task/${thread}/children`, "utf8").split(" ").filter(Boolean).map(Number),
    );
    return [pid, ...children.flatMap(tree)];
  } catch {
    return [];
  }
}

/** The most memory that a process has taken so far: VmHWM, bytes; 0 where it can't be told. */
export function peakOf(pid: number): number {
  const [, kilobytes] = /^VmHWM:\s+(\d+) kB$/m.exec(read(`/proc/${pid}/status`)) ?? [];
  return 1024 * Number(kilobytes ?? 0);
}

/** Processor time that a process has taken so far, seconds; 0 where it can't be told. */
export function cpuOf(pid: number): number {
  return ticksOf(pid) / TICKS;
}

/** `utime` and `stime`, fields 14 and 15 of proc(5); the name before them may hold blanks and brackets. */
function ticksOf(pid: number): number {
  const stat = read(`/proc/${pid}/stat`);
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return Number(fields[11] ?? 0) + Number(fields[12] ?? 0);
}

function read(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}
