/** `naru test`: every suite, each with its own runner, and one line that sums them up. */
import { spawn } from "node:child_process";
import { join } from "node:path";
import { ROOT } from "../local/paths";
import { checkJava, ensureJars, ensurePython, PYTHON } from "../local/toolchain";
import { pythonEnvironment } from "./python";

interface Suite {
  readonly what: string;
  readonly command: string;
  readonly arguments: readonly string[];
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
  plan: mocha("the whole program, recorded", "plan"),
  docs: mocha("what the pages say against what the program is", "docs"),
  property: mocha("random values that every engine agrees on", "property"),
  shipper: mocha("the shipper as a process: killed, resumed, a full disk", "shipper"),
  database: mocha("tables of a real PostgreSQL and MySQL, shipped", "database"),
  kafka: mocha("a real Kafka: restarted, killed, consumers that come and go", "kafka"),
  policy: mocha("the built policy pack as a process", "policy"),
  python: pytest("the local cloud's services against the emulator", "local/cloud/tests"),
  spark: pytest("Spark jobs on small frames", "spark-jobs/tests"),
  pipeline: mocha("the whole platform, end to end", "pipeline"),
};

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
  const rows: (Count & { name: string; seconds: number })[] = [];
  for (const name of names.length > 0 ? names : Object.keys(SUITES)) {
    const suite = SUITES[name]!;
    console.log(`\n──── ${name}: ${suite.what}`);
    const started = Date.now();
    rows.push({ name, ...(await runSuite(suite)), seconds: (Date.now() - started) / 1000 });
  }
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

async function runSuite({ command, arguments: arguments_ }: Suite): Promise<Count> {
  const child = spawn(command, arguments_, {
    cwd: ROOT,
    env: { ...pythonEnvironment(), SPARK_LOCAL_IP: "127.0.0.1" },
    stdio: ["ignore", "pipe", "inherit"],
  });
  let output = "";
  child.stdout.on("data", (chunk: Buffer) => {
    process.stdout.write(chunk);
    output += chunk.toString("utf8");
  });
  const code = await new Promise<number>((resolve) => child.once("close", (status) => resolve(status ?? 1)));
  const { passed, failed } = count(output);
  // A runner that dies, or runs nothing, has not passed.
  return { passed, failed: failed === 0 && (code !== 0 || passed === 0) ? 1 : failed };
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
