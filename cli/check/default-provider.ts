/** The provider that the engine makes by itself, and shows to packs as any other resource. */
import type { RecordedResource } from "../../local/recorder";

const TYPE = "pulumi:providers:aws";

/** The AWS provider of everything that names no other; its region is the stack's. */
export function defaultProvider(project: string, stack: string, region: string): RecordedResource {
  const root = `urn:pulumi:${stack}::${project}::pulumi:pulumi:Stack::${project}-${stack}`;
  return {
    type: TYPE,
    name: "default",
    urn: `urn:pulumi:${stack}::${project}::${TYPE}::default`,
    parent: root,
    custom: true,
    inputs: { region },
    propertyDependencies: {},
    dependencies: [],
    options: { protect: false, retainOnDelete: false, ignoreChanges: [], aliases: [], provider: "" },
  };
}
