/** A plan as a Mermaid flow chart: components, the AWS services in each, and who depends on whom. */
import type { ProgramRecord, RecordedResource } from "../../local/recorder";
import { partsOf, topOf } from "./parts";

export function mermaid({ project, stack, resources }: ProgramRecord): string {
  const parts = partsOf(resources);
  const byUrn = new Map(resources.map((resource) => [resource.urn, resource]));
  const lines = parts.map(({ component, custom }) => {
    const services = [...servicesOf(custom)].map(([service, count]) => `${service} ${count}`).join("<br/>");
    return `  ${component.name}["<b>${title(component)}</b><br/>${services}"]`;
  });
  return [
    `%% ${project}-${stack}: written by \`naru plan ${stack} --diagram\``,
    "flowchart LR",
    ...lines,
    ...edges(resources, byUrn),
    "",
  ].join("\n");
}

function title({ type }: RecordedResource): string {
  return type.split(":").at(-1)!;
}

function servicesOf(resources: readonly RecordedResource[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { type } of resources) {
    const service = type.split(":")[1]!.split("/")[0]!;
    counts.set(service, (counts.get(service) ?? 0) + 1);
  }
  return new Map([...counts].sort());
}

/** One arrow for each pair of components, from what is used to what uses it. */
function edges(
  resources: readonly RecordedResource[],
  byUrn: ReadonlyMap<string, RecordedResource>,
): string[] {
  const found = new Set<string>();
  for (const resource of resources.filter(({ custom }) => custom)) {
    const user = byUrn.get(topOf(resource, byUrn))!;
    for (const urn of [...resource.dependencies, ...Object.values(resource.propertyDependencies).flat()]) {
      const used = byUrn.get(urn);
      const source = used === undefined ? undefined : byUrn.get(topOf(used, byUrn));
      if (source !== undefined && source !== user) found.add(`  ${source.name} --> ${user.name}`);
    }
  }
  return [...found].sort();
}
