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
  /** Data and state of the local cloud; a new run starts with an empty one. */
  cloud: join(OWN, "cloud"),
  /** Input that `npm start` made for itself. */
  samples: join(OWN, "samples"),
  report: join(OWN, "report.json"),
  dashboard: join(OWN, "dashboard.html"),
} as const;
