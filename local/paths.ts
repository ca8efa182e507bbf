/** Where things lie in a checkout. */
import { join, resolve } from "node:path";

/** The checkout: the folder with Pulumi.yaml. */
export const ROOT = resolve(__dirname, "..");

/** All that Naru makes on this machine; git ignores it, `naru down --purge` removes it. */
const OWN = join(ROOT, ".naru");

export const PATHS = {
  own: OWN,
  /** Installed software. */
  venv: join(OWN, "venv"),
  jars: join(OWN, "jars"),
  kafkaJars: join(OWN, "kafka-jars"),
  /** Data and state of the local cloud; a new run starts with an empty one. */
  cloud: join(OWN, "cloud"),
  /** What roles did with their rights there, a line each; `local/rights.ts` reads it. */
  rights: join(OWN, "cloud", "logs", "rights.jsonl"),
  /** State of the stack that the engine keeps of that cloud. */
  engine: join(OWN, "cloud", "engine"),
  /** Log and settings of the broker that `naru kafka` starts; kept from run to run. */
  kafka: join(OWN, "kafka"),
  /** Data of the database that a local stack asks for, and the authority of its certificate; a new run starts with an empty one. */
  database: join(OWN, "database"),
  databaseAuthority: join(OWN, "database", "authority.pem"),
  /** The policy pack as the engine runs it. */
  compiledPolicies: join(ROOT, "policies", "dist"),
  /** Where the services of the cloud that is up listen. */
  endpoints: join(OWN, "endpoints.json"),
  report: join(OWN, "report.json"),
  dashboard: join(OWN, "dashboard.html"),
} as const;
