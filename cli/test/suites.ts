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

/**
 * Fast ones first: a mistake shows early. Those with a platform go one after the other, so that they begin early too, and
 * the rest runs beside them; short ones at the end fill what is left.
 */
export const SUITES: Readonly<Record<string, Suite>> = {
  unit: mocha("contracts, components under mocks, functions, policies, dashboards", "unit"),
  docs: mocha("what the pages say against what the program is", "docs"),
  pipeline: { ...mocha("the whole platform, end to end", "pipeline"), platform: true },
  plan: mocha("the whole program, recorded", "plan"),
  policy: mocha("the built policy pack as a process", "policy"),
  property: mocha("random values that every engine agrees on", "property"),
  python: pytest("the local cloud's services against the emulator", "local/cloud/tests"),
  database: {
    ...mocha("a real PostgreSQL and MySQL: shipped, imported, filled from streams under faults", "database"),
    platform: true,
  },
  engine: {
    ...mocha("the program and the packs in Pulumi's own engine", "engine"),
    platform: true,
    onRequest: true,
    prepare: engineAtHand,
  },
  spark: pytest("Spark jobs on small frames", "spark-jobs/tests"),
  shipper: mocha("the shipper as a process: killed, resumed, a full disk", "shipper"),
  kafka: mocha("a real Kafka: restarted, killed, consumers that come and go", "kafka"),
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
