/** A plan as a person reads it: components, and what each is made of. */
import type { ProgramRecord, RecordedResource } from "../../local/recorder";
import { partsOf } from "./parts";

export function tree(record: ProgramRecord): string {
  const { project, stack, region, resources } = record;
  const parts = partsOf(resources);
  const custom = resources.filter((resource) => resource.custom).length;
  return [
    `${project}-${stack} in ${region}: ${custom} resources in ${parts.length} components`,
    ...parts.flatMap(({ component, custom: own }) => [
      "",
      `${component.name}  ${shortType(component.type)}  (${own.length})${protection(own)}`,
      ...byType(own).map(([type, names]) => `  ${type.padEnd(46)} ${list(names)}`),
    ]),
  ].join("\n");
}

/** `aws:s3/bucket:Bucket` is `aws s3.Bucket` to a reader. */
export function shortType(token: string): string {
  const [provider, module, name] = token.split(":") as [string, string, string];
  return `${provider} ${module.split("/")[0]}.${name}`;
}

function byType(resources: readonly RecordedResource[]): [string, string[]][] {
  const groups = new Map<string, string[]>();
  for (const { type, name } of resources) groups.set(type, [...(groups.get(type) ?? []), name]);
  return [...groups]
    .map(([type, names]): [string, string[]] => [shortType(type), names.sort()])
    .sort(([a], [b]) => (a < b ? -1 : 1));
}

const SHOWN = 3;

function list(names: readonly string[]): string {
  const more = names.length - SHOWN;
  return names.slice(0, SHOWN).join(", ") + (more > 0 ? ` and ${more} more` : "");
}

function protection(resources: readonly RecordedResource[]): string {
  const count = resources.filter(({ options }) => options.protect).length;
  return count === 0 ? "" : `, ${count} protected`;
}
