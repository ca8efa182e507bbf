/**
 * Writes what Node finds in the random columns and texts, for the Spark jobs' tests:
 * `node -r ts-node/register tests/property/write-columns.ts FOLDER` writes `columns.jsonl` and `texts.jsonl`.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { candidatesOf } from "../../components/contract/detect";
import { BORN_WITHIN } from "../../components/contract/personal/conclusive";
import { valueEvidence } from "../../components/contract/personal/values";
import { EMAIL_WITHIN, PHONE_WITHIN } from "../../components/contract/personal/within";
import { columns, texts } from "./columns";

/** What shows by its form alone, but not a number with nothing around it. */
function shown(text: string): Record<string, boolean> {
  const number = /^[ \t\n\v\f\r]*[0-9]+[ \t\n\v\f\r]*$/.test(text);
  const forms = { email: EMAIL_WITHIN, phone: PHONE_WITHIN, "resident-number": BORN_WITHIN };
  return Object.fromEntries(Object.entries(forms).map(([kind, form]) => [kind, !number && form.test(text)]));
}

if (require.main === module) {
  const folder = process.argv[2];
  if (folder === undefined) throw new Error("name the folder to write to");
  mkdirSync(folder, { recursive: true });
  const lines = (rows: readonly object[]) => `${rows.map((row) => JSON.stringify(row)).join("\n")}\n`;
  const found = columns().map((values) => ({
    values,
    found: candidatesOf(valueEvidence(values)).map(({ kind, score, why }) => [kind, score, why]),
  }));
  writeFileSync(join(folder, "columns.jsonl"), lines(found));
  writeFileSync(join(folder, "texts.jsonl"), lines(texts().map((text) => ({ text, shown: shown(text) }))));
}
