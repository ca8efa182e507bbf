/** Names of the fields of `.naru/report.json`, as its type declares them. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "../../local/paths";

export function reportFields(): string[] {
  const source = readFileSync(join(ROOT, "local", "report.ts"), "utf8");
  const [, members] = /export interface RunReport \{\n(.*?)\n\}/s.exec(source)!;
  return [...members!.matchAll(/^ {2}(?:readonly )?(\w+)\??:/gm)].map(([, name]) => name!);
}
