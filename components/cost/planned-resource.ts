/** A resource of a recorded plan, as the cost rules read it: a value may be missing or not known yet. */
import { unknownValue } from "@pulumi/pulumi/runtime/rpc";

export interface PlannedResource {
  readonly type: string;
  readonly name: string;
  readonly urn: string;
  readonly inputs: Readonly<Record<string, unknown>>;
  /** Input property to the URNs that its value comes from. */
  readonly propertyDependencies: Readonly<Record<string, readonly string[]>>;
}

/** What stands at a path such as `streamModeDetails.streamMode`; undefined: nothing. */
export function inputAt({ inputs }: Pick<PlannedResource, "inputs">, path: string): unknown {
  return path.split(".").reduce<unknown>((value, key) => {
    if (value === unknownValue) return unknownValue;
    return typeof value === "object" && value !== null ? Reflect.get(value, key) : undefined;
  }, inputs);
}

export function isUnknown(value: unknown): boolean {
  return value === unknownValue;
}

/** A number, the fallback where nothing stands there, or null where what stands there is not known yet. */
export function numberAt(resource: PlannedResource, path: string, fallback: number): number | null {
  const value = inputAt(resource, path);
  if (value === undefined || value === null) return fallback;
  return typeof value === "number" ? value : null;
}

/** A text; undefined where none stands there or it is not known yet. */
export function textAt(resource: PlannedResource, path: string): string | undefined {
  const value = inputAt(resource, path);
  return typeof value === "string" && !isUnknown(value) ? value : undefined;
}

export function listAt(resource: PlannedResource, path: string): readonly unknown[] {
  const value = inputAt(resource, path);
  return Array.isArray(value) ? value : [];
}
