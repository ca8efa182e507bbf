/** The suites of `naru test`, each with its own runner. */
import { join } from "node:path";
import { EngineMissing, findEngine } from "../../local/engine/binary";
import { ROOT } from "../../local/paths";
import { PYTHON } from "../../local/toolchain";

export interface Suite {
  readonly what: string;
  readonly command: string;
  readonly arguments: readonly string[];
  /** It brings up the platform in `.naru`, of which a checkout has one. @default false */
  readonly platform?: boolean;
  /** It runs only when it is asked for. @default false */
  readonly onRequest?: boolean;
  /** Gets what it needs; resolves to why it can't run here, if so. @default it needs nothing more */
  prepare?(say: (what: string) => void): Promise<string | undefined>;
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
export const SUITES: Readonly<Record<string, Suite>> = {
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
  engine: {
    ...mocha("the program and the packs in Pulumi's own engine", "engine"),
    platform: true,
    onRequest: true,
    prepare: engineAtHand,
  },
};

async function engineAtHand(say: (what: string) => void): Promise<string | undefined> {
  try {
    await findEngine({ say });
    return undefined;
  } catch (error) {
    if (error instanceof EngineMissing) return error.message;
    throw error;
  }
}
