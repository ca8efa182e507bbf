/** What a remote component's children are told by, and how they travel. */
import * as rpc from "@pulumi/pulumi/runtime/rpc";

/** A child that stands: what others name it by. */
export class Standing {
  /** @param id the unknown value in a preview. */
  constructor(
    readonly urn: string,
    readonly id: string,
  ) {}
}

/** Plain JSON, in which a {@link Standing} means the resource's id. */
export type Wired = unknown;

export interface Child {
  readonly type: string;
  readonly name: string;
  /** Absent: the component. */
  readonly parent?: Standing;
  readonly inputs: Readonly<Record<string, Wired>>;
}

/** Registers a child, and makes it where there is a provider. */
export type RegisterChild = (child: Child) => Promise<Standing>;

export interface ConstructRequest {
  readonly name: string;
  /** The component's arguments as plain values. */
  readonly inputs: Readonly<Record<string, unknown>>;
  /** Availability zones of the region, in order. */
  readonly zones: readonly string[];
  readonly register: RegisterChild;
}

/** Makes a component's children. @returns its outputs; a {@link Reference} is the child itself, not its id. */
export type Construct = (request: ConstructRequest) => Promise<Record<string, Wired>>;

/** A child as a resource, from which the program reads what it likes. */
export class Reference {
  constructor(readonly to: Standing) {}
}

/** A value as it travels: ids, references, and no undefined. */
export function wireForm(value: Wired): unknown {
  if (value instanceof Standing) return value.id;
  if (value instanceof Reference) {
    const id = value.to.id === rpc.unknownValue ? "" : value.to.id;
    return { [rpc.specialSigKey]: rpc.specialResourceSig, urn: value.to.urn, id, packageVersion: "" };
  }
  if (Array.isArray(value)) return value.map(wireForm);
  if (typeof value !== "object" || value === null) return value;
  const present = Object.entries(value).filter(([, item]) => item !== undefined);
  return Object.fromEntries(present.map(([key, item]) => [key, wireForm(item)]));
}

/** URNs of the children that a value names. */
export function urnsIn(value: Wired): string[] {
  if (value instanceof Standing) return [value.urn];
  if (value instanceof Reference) return [value.to.urn];
  return Array.isArray(value) ? [...new Set(value.flatMap(urnsIn))] : [];
}
