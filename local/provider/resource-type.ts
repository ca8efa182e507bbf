import type { CloudClients } from "../endpoints";
import type { ServiceProcess } from "../process";

/** A resource's inputs as plain values: outputs awaited, secrets in clear, assets as Pulumi's asset objects. */
// Each handler knows its own type's inputs; @pulumi/aws' types describe them only as Inputs of a promise.
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type Inputs = Record<string, any>;

export interface Made {
  readonly id: string;
  /** Outputs beyond the inputs, e.g. ARNs. */
  readonly outputs?: Record<string, unknown>;
}

/** What the local provider knows of one resource type. */
export interface ResourceType {
  /** @param processes takes servers that are started for it; they end with the local cloud, in this order. */
  create(inputs: Inputs, cloud: CloudClients, processes: ServiceProcess[]): Promise<Made>;
}

export type ResourceTypes = Readonly<Record<string, ResourceType>>;

/** Pulumi's camelCase to the API's PascalCase, all the way down; values of maps named in `maps` stay as they are. */
export function pascal(value: unknown, maps: ReadonlySet<string> = new Set()): unknown {
  if (Array.isArray(value)) return value.map((item) => pascal(item, maps));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [
      key.charAt(0).toUpperCase() + key.slice(1),
      maps.has(key) ? item : pascal(item, maps),
    ]),
  );
}

/** Tags as most APIs take them. */
export function tagList(tags: Record<string, string> | undefined): { Key: string; Value: string }[] {
  return Object.entries(tags ?? {}).map(([Key, Value]) => ({ Key, Value }));
}

/** Policy documents come as objects or as JSON text; APIs take text. */
export function policyText(policy: unknown): string {
  return typeof policy === "string" ? policy : JSON.stringify(policy);
}
