/** `naru test`: every suite, each with its own runner, two at once where the machine bears it, and one line that sums them up. */
import { spawn } from "node:child_process";
import { availableParallelism, totalmem } from "node:os";
import { join } from "node:path";
import { ROOT } from "../local/paths";
import { checkJava, ensureJars, ensurePython, PYTHON } from "../local/toolchain";
import { pythonEnvironment } from "./python";

interface Suite {
  readonly what: string;
  readonly command: string;
  readonly arguments: readonly string[];
  /** It brings up the platform in `.naru`, of which a checkout has one. @default false */
  readonly platform?: boolean;
}

const MOCHA = join(ROOT, "node_modules", ".bin", "mocha");
const mocha = (what: string, folder: string): Suite => ({
  what,
  command: MOCHA,
  arguments: [`tests/${folder}/**/*.spec.ts`],
});
const pytest = (what: string, folder: string): Suite => ({
  what,
  command: PYTHON,
  arguments: ["-m", "pytest", "-q", "-p", "no:cacheprovider", folder],
});

/** Fast ones first: a mistake shows early. */
const SUITES: Readonly<Record<string, Suite>> = {
  unit: mocha("contracts, components under mocks, functions, policies, dashboards", "unit"),
  docs: mocha("what the pages say against what the program is", "docs"),
  plan: mocha("the whole program, recorded", "plan"),
  policy: mocha("the built policy pack as a process", "policy"),
  property: mocha("random values that every engine agrees on", "property"),
  python: pytest("the local cloud's services against the emulator", "local/cloud/tests"),
  shipper: mocha("the shipper as a process: killed, resumed, a full disk", "shipper"),
  pipeline: { ...mocha("the whole platform, end to end", "pipeline"), platform: true },
  spark: pytest("Spark jobs on small frames", "spark-jobs/tests"),
  database: {
    ...mocha("a real PostgreSQL and MySQL: shipped, imported, filled from streams under faults", "database"),
    platform: true,
  },
  kafka: mocha("a real Kafka: restarted, killed, consumers that come and go", "kafka"),
};

/** Suites at once; each has processes of its own, and two of Spark's want 4 GB. */
const AT_ONCE = availableParallelism() > 1 && totalmem() > 7.5 * 2 ** 30 ? 2 : 1;

interface Count {
  readonly passed: number;
  readonly failed: number;
}

/** @returns 0 when every suite passed, 1 when a test or a runner failed, 2 for a suite that there is not. */
export async function test(names: readonly string[]): Promise<number> {
  const unknown = names.filter((name) => !(name in SUITES));
  if (unknown.length > 0) {
    console.error(
      `naru test: there is no suite ${unknown.join(", ")}; suites: ${Object.keys(SUITES).join(", ")}`,
    );
    return 2;
  }
  await Promise.all([checkJava(), ensureJars(), ensurePython((what) => console.log(what))]);
  const chosen = names.length > 0 ? [...names] : Object.keys(SUITES);
  const rows = await runAll(chosen, Math.min(AT_ONCE, chosen.length));
  console.log("");
  for (const { name, passed, failed, seconds } of rows) {
    console.log(
      `${name.padEnd(10)} ${String(passed).padStart(5)} passed ${String(failed).padStart(3)} failed ${seconds.toFixed(0).padStart(5)} s`,
    );
  }
  const failed = rows.reduce((sum, row) => sum + row.failed, 0);
  console.log(`${rows.reduce((sum, row) => sum + row.passed, 0)} passed, ${failed} failed`);
  return failed === 0 ? 0 : 1;
}

interface Row extends Count {
  readonly name: string;
  readonly seconds: number;
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
  const child = spawn(suite.command, suite.arguments, {
    cwd: ROOT,
    env: { ...pythonEnvironment(), SPARK_LOCAL_IP: "127.0.0.1" },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  let shown = "";
  const take = (chunk: string, stream: NodeJS.WriteStream) => {
    if (gather) shown += chunk;
    else stream.write(chunk);
  };
  child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
    output += chunk;
    take(chunk, process.stdout);
  });
  child.stderr.setEncoding("utf8").on("data", (chunk: string) => take(chunk, process.stderr));
  const code = await new Promise<number>((resolve) => child.once("close", (status) => resolve(status ?? 1)));
  if (gather) process.stdout.write(`\n──── ${name}: ${suite.what}\n${shown}`);
  const { passed, failed } = count(output);
  return {
    name,
    passed,
    // A runner that dies, or runs nothing, has not passed.
    failed: failed === 0 && (code !== 0 || passed === 0) ? 1 : failed,
    seconds: (Date.now() - started) / 1000,
  };
}

/** Mocha says passing and failing, pytest passed, failed and errors. */
function count(output: string): Count {
  const plain = output.replace(/\u001b\[[0-9;]*m/g, "");
  const sum = (pattern: RegExp) =>
    [...plain.matchAll(pattern)].reduce((total, match) => total + Number(match[1]), 0);
  return {
    passed: sum(/^ *(\d+) passing/gm) + sum(/\b(\d+) passed\b(?=.* in )/gm),
    failed:
      sum(/^ *(\d+) failing/gm) + sum(/\b(\d+) failed\b(?=.* in )/gm) + sum(/\b(\d+) errors?\b(?=.* in )/gm),
  };
}
