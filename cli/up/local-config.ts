/** Settings of the local stack for one run: what its file says, and what the command line adds. */
import { readStackConfig } from "../../local/recorder";
import { ROOT } from "../../local/paths";
import { ownConfig } from "./own-csv";
import type { Run } from "./run";

/** What `--kafka` asks for where the stack's file names no cluster. */
const KAFKA = { "naru:kafka": JSON.stringify({ cluster: "provisioned" }) };

/** What is set beside the stack's file. */
export function addedConfig({ ownCsv, options }: Pick<Run, "ownCsv" | "options">): Record<string, string> {
  return { ...ownConfig(ownCsv), ...(options.kafka === true && !fileAsks() && KAFKA) };
}

/** Whether the run has a Kafka broker beside it: by the command line, or by the stack's file. */
export function asksForKafka({ kafka = false }: Run["options"]): boolean {
  return kafka || fileAsks();
}

/** Whether the run has a database of its own. */
export function asksForDatabase(): boolean {
  return isSet("naru:database");
}

function fileAsks(): boolean {
  return isSet("naru:kafka");
}

function isSet(key: string): boolean {
  return (readStackConfig(ROOT, "local").values[key] ?? "none") !== "none";
}
