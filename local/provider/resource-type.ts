import type { CloudClients } from "../endpoints";
import type { ServiceProcess } from "../process";

/** A resource's inputs as plain values: outputs awaited, secrets in clear, assets as Pulumi's asset objects. */
// Each handler knows its own type's inputs; @pulumi/aws' types describe them only as Inputs of a promise.
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type Inputs = Record<string, any>;

/** Marks what is known at an import: what the id says, and nothing of what was asked for. */
export const IMPORT = Symbol("import");

export function isImport(state: Inputs): boolean {
  return IMPORT in state;
}

export interface Made {
  readonly id: string;
  /** Outputs beyond the inputs, e.g. ARNs. */
  readonly outputs?: Record<string, unknown>;
}

/** What a service says of a resource. */
export interface Found {
  /**
   * Inputs in their own names and forms, only those that the service tells; of the others what was asked is believed.
   * What the service holds in another form than it was asked for (a policy's JSON text, added defaults) is told by
   * `asAsked` of ./as-asked, so that it is no drift.
   */
  readonly inputs: Record<string, unknown>;
  /** Outputs beyond the inputs, as of {@link Made}. */
  readonly outputs?: Record<string, unknown>;
}

/**
 * What the local provider knows of one resource type. Where a method is absent: `read` believes the state, `update`
 * takes the new inputs into the state alone and tells so, `delete` forgets the resource.
 */
export interface ResourceType {
  /** Whether `create` starts a server, which ends with whoever started it. @default false */
  readonly startsServer?: boolean;
  /** @param processes takes servers that are started for it, for its other methods too; they end with the local cloud, in this order. */
  create(inputs: Inputs, cloud: CloudClients, processes: ServiceProcess[]): Promise<Made>;
  /**
   * @param state inputs and outputs as they were known last; at an import what its id says, see {@link isImport}.
   * @returns undefined when the service has no such resource; a service's "not found" may also be thrown.
   */
  read?(
    id: string,
    state: Inputs,
    cloud: CloudClients,
    processes?: readonly ServiceProcess[],
  ): Promise<Found | undefined>;
  /**
   * In place: inputs that replace the resource don't come here.
   * @param state inputs and outputs as they were known last.
   * @returns outputs that changed.
   */
  update?(
    id: string,
    state: Inputs,
    inputs: Inputs,
    cloud: CloudClients,
    processes?: readonly ServiceProcess[],
  ): Promise<Record<string, unknown> | void>;
  /**
   * A service's "not found" may be thrown: gone already is fine.
   * @param state inputs and outputs as they were known last.
   */
  delete?(id: string, state: Inputs, cloud: CloudClients, processes?: ServiceProcess[]): Promise<void>;
  /**
   * Of a change in place, what nothing here follows: it goes into the state, and the person is told.
   * @param changed top-level inputs.
   * @returns names to tell. @default none; of a type without `update` all that changed
   */
  believed?(state: Inputs, inputs: Inputs, changed: readonly string[]): readonly string[];
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

const NOT_FOUND = /NotFound|NoSuch|NonExist|DoesNotExist|does not exist|not found/i;

/** Whether a service says that a thing isn't there. Services name this error each in its own way. */
export function isGone(error: unknown): boolean {
  const { name, message } = error as Error;
  // The service itself was not found (ENOTFOUND): of the thing that says nothing.
  if (/getaddrinfo/.test(message)) return false;
  return NOT_FOUND.test(name) || NOT_FOUND.test(message.slice(0, 200));
}
