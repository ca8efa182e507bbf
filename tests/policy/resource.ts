/** Resources as the recorder would write them down. */
import type { RecordedResource } from "../../local/recorder/recorded-resource";

/** The engine's sentinel for a string that a preview does not know. */
export const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** A secret in the engine's wire form. */
export function secret(value: unknown): object {
  return { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", value };
}

export function urn(resourceType: string, name: string): string {
  return `urn:pulumi:prod::plan::${resourceType}::${name}`;
}

/** `dependencies` names, for each input property, the resources it comes from as `[type, name]`. */
export function resource(
  resourceType: string,
  name: string,
  inputs: Record<string, unknown>,
  dependencies: Record<string, readonly (readonly [string, string])[]> = {},
): RecordedResource {
  const propertyDependencies = Object.fromEntries(
    Object.entries(dependencies).map(([property, sources]) => [
      property,
      sources.map((each) => urn(...each)),
    ]),
  );
  return {
    type: resourceType,
    name,
    urn: urn(resourceType, name),
    parent: "urn:pulumi:prod::plan::pulumi:pulumi:Stack::plan-prod",
    custom: true,
    inputs,
    propertyDependencies,
    dependencies: [...new Set(Object.values(propertyDependencies).flat())],
    options: { protect: true, retainOnDelete: true, ignoreChanges: [], aliases: [], provider: "" },
  };
}
