/** `naru key rotate`: raises a stack's key epoch in its configuration file, and says what follows from it. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseDocument } from "yaml";
import { parseSettings } from "../components/settings";
import { ROOT } from "../local/paths";
import { readStackConfig } from "../local/recorder";
import { type Output, processOutput } from "./contract/output";

export interface KeyRotateOptions {
  readonly stack: string;
  /** Folder with the stack's configuration file. @default the project's */
  readonly root?: string;
  /** Print {stack, from, to, oldest} as JSON. @default false */
  readonly json?: boolean;
  readonly output?: Output;
}

const EPOCH = "naru:pseudonymEpoch";

/**
 * Raises `naru:pseudonymEpoch` by one; comments and everything else in the file stay.
 * @throws Error when there is no such stack; SettingsError when the new epoch is none, and then nothing is written.
 */
export async function keyRotate(options: KeyRotateOptions): Promise<number> {
  const { stack, root = ROOT, json = false, output = processOutput } = options;
  const { values } = readStackConfig(root, stack);
  const { pseudonymEpoch: from, oldestPseudonymEpoch: oldest } = parseSettings(values);
  const to = from + 1;
  parseSettings({ ...values, [EPOCH]: String(to) });
  raise(join(root, `Pulumi.${stack}.yaml`), to);
  if (json) output.out(JSON.stringify({ stack, from, to, oldest }));
  else output.out(advice(stack, values["naru:stage"] === "local", from, to, oldest).join("\n"));
  return 0;
}

function raise(file: string, epoch: number): void {
  const document = parseDocument(readFileSync(file, "utf8"));
  // Text, as `pulumi config set` writes it.
  document.setIn(["config", EPOCH], String(epoch));
  writeFileSync(file, document.toString({ lineWidth: 0, flowCollectionPadding: false }));
}

function advice(stack: string, local: boolean, from: number, to: number, oldest: number): string[] {
  return [
    `Pulumi.${stack}.yaml: ${EPOCH} ${from} -> ${to}. Nothing has changed in the cloud yet.`,
    "",
    "After the deployment:",
    `  - new pseudonyms belong to epoch ${to}: other keys from the same key of KMS, which can't be rotated itself;`,
    `  - files still in landing are curated again in epoch ${to} by the next run of the Spark jobs, and join new events;`,
    `  - events already in raw, and their rows in curated, keep epoch ${from}: they don't join rows of epoch ${to}. Group by`,
    "    pseudonym_epoch, or use the bridge in the closed bucket, which needs the re-identifier's role;",
    `  - pseudonyms of epoch ${oldest} and later can be turned back while landing keeps the clear data.`,
    "",
    "Next:",
    local
      ? "  1. npm start, which begins with an empty cloud"
      : `  1. pulumi up -s ${stack}, then run the Spark workflow (or wait for its schedule)`,
    `  2. shippers of this stack: naru ship --epoch ${to}`,
    `  3. when no row of epoch ${from} is needed any more: naru:oldestPseudonymEpoch: "${to}" in the same file`,
  ];
}
