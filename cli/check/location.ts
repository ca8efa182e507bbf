/** Where a reader of a pull request is led to, for each finding. */
import { existsSync, readdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseSettings } from "../../components/settings";
import { ROOT } from "../../local/paths";
import { readStackConfig, type ProgramRecord, type SourceLine } from "../../local/recorder";
import type { CheckFinding } from "./findings";

export type Locate = (finding: Pick<CheckFinding, "urn" | "resource">) => SourceLine;

/**
 * The line that makes the resource; else the contract that its name tells of, such as `lake-lms.requests`; else the
 * stack's configuration, which is where the whole stack begins.
 *
 * @param contracts folders of the stack's contracts, from the project
 */
export function locating(
  root: string,
  { stack, sources }: Pick<ProgramRecord, "stack" | "sources">,
  contracts: readonly string[],
): Locate {
  const files = new Map(contracts.flatMap((folder) => contractFiles(root, folder)));
  return ({ urn, resource }) => {
    const named = [...files].find(([id]) => resource.includes(id));
    return sources.get(urn) ?? { file: named?.[1] ?? `Pulumi.${stack}.yaml`, line: 1 };
  };
}

/** The same for a recorded stack, with the contracts that its settings name; another program's name none. */
export function locatingStack(root: string, record: ProgramRecord): Locate {
  const contracts = root === ROOT ? parseSettings(readStackConfig(root, record.stack).values).contracts : [];
  return locating(root, record, contracts);
}

/** `contracts/lms/requests.odcs.yaml` holds `lms.requests`. */
function contractFiles(root: string, folder: string): [string, string][] {
  if (!existsSync(resolve(root, folder))) return [];
  return readdirSync(resolve(root, folder), { recursive: true, encoding: "utf8" })
    .map((file) => file.replaceAll("\\", "/"))
    .flatMap((file): [string, string][] => {
      const [, domain, name] = /^([^/]+)\/([^/]+)\.odcs\.ya?ml$/.exec(file) ?? [];
      return domain === undefined ? [] : [[`${domain}.${name}`, join(folder, file).replaceAll("\\", "/")]];
    });
}
