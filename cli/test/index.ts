/** `naru test`: every suite, two at once where the machine bears it, what failed, and one line that sums them up. */
import { spawn } from "node:child_process";
import { availableParallelism, totalmem } from "node:os";
import { ROOT } from "../../local/paths";
import { checkJava, ensureJars, ensurePython } from "../../local/toolchain";
import { pythonEnvironment } from "../python";
import { count, failures, type Count } from "./outcome";
import { SUITES } from "./suites";

/** Suites at once; each has processes of its own, and two of Spark's want 4 GB. */
const AT_ONCE = availableParallelism() > 1 && totalmem() > 7.5 * 2 ** 30 ? 2 : 1;

export interface TestOptions {
  /** Also the suite in Pulumi's own engine, where no suite is named. @default false */
  readonly engine?: boolean;
}

/** @returns 0 when every suite that could run passed, 1 when a test or a runner failed, 2 for a suite that there is not. */
export async function test(names: readonly string[], { engine = false }: TestOptions = {}): Promise<number> {
  const unknown = names.filter((name) => !(name in SUITES));
  if (unknown.length > 0) {
    console.error(
      `naru test: there is no suite ${unknown.join(", ")}; suites: ${Object.keys(SUITES).join(", ")}`,
    );
    return 2;
  }
  const asked = (name: string) =>
    names.length > 0 ? names.includes(name) : SUITES[name]!.onRequest !== true;
  const chosen = Object.keys(SUITES).filter((name) => asked(name) || (engine && name === "engine"));
  await Promise.all([checkJava(), ensureJars(), ensurePython((what) => console.log(what))]);
  const rows = await runAll(chosen, Math.min(AT_ONCE, chosen.length));
  tell(rows);
  return rows.some(({ failed }) => failed > 0) ? 1 : 0;
}

/** The table, then what failed once more, for whoever reads the end of a long log, then the sum. */
function tell(rows: readonly Row[]): void {
  console.log("");
  for (const { name, passed, failed, seconds, reason } of rows) {
    const counts = `${String(passed).padStart(5)} passed ${String(failed).padStart(3)} failed`;
    console.log(
      `${name.padEnd(10)} ${counts} ${seconds.toFixed(0).padStart(5)} s` +
        (reason === undefined ? "" : `  skipped: ${reason}`),
    );
  }
  for (const { name, failed, output } of rows) {
    if (failed > 0) console.log(`\n──── ${name}: what failed\n${failures(output)}\n`);
  }
  const sum = (of: keyof Count) => rows.reduce((total, row) => total + row[of], 0);
  const skipped = sum("skipped");
  console.log(
    `${sum("passed")} passed, ${sum("failed")} failed${skipped === 0 ? "" : `, ${skipped} skipped`}`,
  );
}

interface Row extends Count {
  readonly name: string;
  readonly seconds: number;
  /** Why the whole suite could not run; it counts as one that was skipped. */
  readonly reason?: string;
  readonly output: string;
}

/** One suite alone shows its output as it comes; of several at once, each shows its own whole when it ends. */
async function runAll(names: readonly string[], atOnce: number): Promise<Row[]> {
  const waiting = [...names];
  const running = new Map<string, Promise<Row>>();
  const rows: Row[] = [];
  while (waiting.length + running.size > 0) {
    for (let name; running.size < atOnce && (name = takeNext(waiting, [...running.keys()])) !== undefined;) {
      const title = `${name}: ${SUITES[name]!.what}`;
      console.log(atOnce === 1 ? `\n──── ${title}` : `… ${title}`);
      running.set(name, runSuite(name, atOnce > 1));
    }
    const row = await Promise.race(running.values());
    running.delete(row.name);
    rows.push(row);
  }
  return rows;
}

/** The first that may start beside those that run: one platform at a time. */
function takeNext(waiting: string[], running: readonly string[]): string | undefined {
  const platformIsUp = running.some((name) => SUITES[name]!.platform === true);
  const at = waiting.findIndex((name) => !(platformIsUp && SUITES[name]!.platform === true));
  return at < 0 ? undefined : waiting.splice(at, 1)[0];
}

async function runSuite(name: string, gather: boolean): Promise<Row> {
  const suite = SUITES[name]!;
  const started = Date.now();
  const seconds = () => (Date.now() - started) / 1000;
  const reason = await suite.prepare?.((what) => console.log(`${name}: ${what}`));
  if (reason !== undefined) {
    return { name, passed: 0, failed: 0, skipped: 1, seconds: seconds(), reason, output: "" };
  }
  const child = spawn(suite.command, suite.arguments, {
    cwd: ROOT,
    env: { ...pythonEnvironment(), SPARK_LOCAL_IP: "127.0.0.1" },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  let shown = "";
  const take = (chunk: string, stream: NodeJS.WriteStream) => {
    shown += chunk;
    if (!gather) stream.write(chunk);
  };
  child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
    output += chunk;
    take(chunk, process.stdout);
  });
  child.stderr.setEncoding("utf8").on("data", (chunk: string) => take(chunk, process.stderr));
  const code = await new Promise<number>((resolve) => child.once("close", (status) => resolve(status ?? 1)));
  if (gather) process.stdout.write(`\n──── ${name}: ${suite.what}\n${shown}`);
  const counts = count(output);
  // A runner that dies, or runs nothing, has not passed.
  const died = counts.failed === 0 && (code !== 0 || counts.passed === 0);
  return { ...counts, name, failed: died ? 1 : counts.failed, seconds: seconds(), output: shown };
}
