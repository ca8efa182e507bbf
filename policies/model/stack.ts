/** The resources of a stack and the links between them, as far as a preview knows them. */
import { read, readString, type Path } from "./reading";
import { isIdentified, ResourceNames } from "./resource-names";
import type { Resource } from "./rule";
import { FUNCTION_ALIAS, KEY_ALIAS } from "./types";

/** A resource with the resources that each of its top-level properties comes from. */
export interface StackResource extends Resource {
  readonly propertyDependencies: Readonly<Record<string, readonly StackResource[]>>;
}

/**
 * Where a property leads.
 * - `certain`: exactly the resources it can mean; empty: something outside the stack.
 * - `possible`: the value is unknown, and these are what its top-level property comes from.
 */
export type Link =
  | { readonly state: "absent" }
  | { readonly state: "certain"; readonly resources: readonly StackResource[] }
  | { readonly state: "possible"; readonly resources: readonly StackResource[] };

/** Resources that stand for another one, and the property that leads there. */
const STAND_INS: Readonly<Record<string, string>> = {
  [KEY_ALIAS]: "targetKeyId",
  [FUNCTION_ALIAS]: "functionName",
};

export class Stack {
  private readonly byType: ReadonlyMap<string, readonly StackResource[]>;
  /** Rules ask for the same links again and again, and each means reading names of many resources. */
  private readonly links = new Map<StackResource, Map<string, Link>>();
  /** Side-cars by the URN of what they belong to; by type and property, and the owner's type. */
  private readonly sideCars = new Map<string, ReadonlyMap<string, readonly StackResource[]>>();
  private readonly names = new Map<string, ResourceNames>();

  constructor(readonly resources: readonly StackResource[]) {
    const byType = new Map<string, StackResource[]>();
    for (const resource of resources) {
      const same = byType.get(resource.type);
      if (same === undefined) byType.set(resource.type, [resource]);
      else same.push(resource);
    }
    this.byType = byType;
  }

  /** In the order of `types`, and of the stack within each. */
  ofType(...types: readonly string[]): readonly StackResource[] {
    if (types.length === 1) return this.byType.get(types[0]) ?? [];
    return [...new Set(types)].flatMap((type) => this.byType.get(type) ?? []);
  }

  /**
   * The resources of `type` that the value at `path` names. A known value is compared with names and ARNs; an unknown
   * one is decided by what its top-level property depends on. Aliases lead to what they stand for.
   */
  link(from: StackResource, path: Path, type: string): Link {
    const known = this.links.get(from) ?? new Map<string, Link>();
    this.links.set(from, known);
    const question = `${type} ${path.join(" ")}`;
    const link = known.get(question) ?? this.linkOf(from, path, type);
    known.set(question, link);
    return link;
  }

  private linkOf(from: StackResource, path: Path, type: string): Link {
    const reading = read(from.props, path);
    if (reading.state === "absent") return { state: "absent" };
    const sources = this.sources(from, String(path[0]), type);
    if (reading.state === "unknown") return amongst(sources);
    const value = reading.state === "known" && typeof reading.value === "string" ? reading.value : undefined;
    if (value === undefined) return { state: "certain", resources: [] };
    const named = this.named(value, type);
    if (named.length > 0 || !value.startsWith("arn:")) return { state: "certain", resources: named };
    // A plan that was carried out knows the ARN, but not always what it belongs to: what can't be excluded may be it.
    const nameless = sources.filter((source) => !isIdentified(source));
    return nameless.length > 0 ? amongst(nameless) : { state: "certain", resources: [] };
  }

  /** The side-cars of `type` whose `property` names `owner`. */
  attached(owner: StackResource, type: string, property: string): readonly StackResource[] {
    const question = `${type} ${property} ${owner.type}`;
    const known = this.sideCars.get(question) ?? this.byOwner(owner.type, type, property);
    this.sideCars.set(question, known);
    return known.get(owner.urn) ?? [];
  }

  private byOwner(
    ownerType: string,
    type: string,
    property: string,
  ): ReadonlyMap<string, readonly StackResource[]> {
    const owners = new Map<string, StackResource[]>();
    for (const sideCar of this.ofType(type)) {
      const link = this.link(sideCar, [property], ownerType);
      const urns = new Set(link.state === "absent" ? [] : link.resources.map(({ urn }) => urn));
      for (const urn of urns) owners.set(urn, [...(owners.get(urn) ?? []), sideCar]);
    }
    return owners;
  }

  /** Resources of `type` that a top-level property comes from, through aliases. */
  sources(from: StackResource, property: string, type: string): StackResource[] {
    const found = new Map<string, StackResource>();
    for (const source of from.propertyDependencies[property] ?? []) {
      if (source.type === type) found.set(source.urn, source);
      const onward = STAND_INS[source.type];
      if (onward === undefined) continue;
      for (const target of this.sources(source, onward, type)) found.set(target.urn, target);
    }
    return [...found.values()];
  }

  private named(value: string, type: string): readonly StackResource[] {
    const direct = this.namesOf(type).meant(value);
    if (direct.length > 0) return direct;
    return Object.entries(STAND_INS).flatMap(([standIn, property]) =>
      this.namesOf(standIn)
        .meant(value)
        .flatMap((alias) => {
          const link = this.link(alias, [property], type);
          return link.state === "absent" ? [] : link.resources;
        }),
    );
  }

  private namesOf(type: string): ResourceNames {
    const names = this.names.get(type) ?? new ResourceNames(this.ofType(type));
    this.names.set(type, names);
    return names;
  }
}

/** Finds what does not differ from one question to the next only once in a stack. */
export function oncePerStack<Found>(find: (stack: Stack) => Found): (stack: Stack) => Found {
  const known = new WeakMap<Stack, { readonly found: Found }>();
  return (stack) => {
    const entry = known.get(stack) ?? { found: find(stack) };
    known.set(stack, entry);
    return entry.found;
  };
}

/** A tag as far as it is known; one that is no string counts as absent. */
export type TagReading =
  | { readonly state: "known"; readonly value: string }
  | { readonly state: "unknown" }
  | { readonly state: "absent" };

/** The value of a tag; tags that the provider adds by default are only in `tagsAll`. */
export function tag(resource: Resource, key: string): TagReading {
  for (const property of ["tags", "tagsAll"]) {
    const reading = readString(resource.props, [property, key]);
    if (reading.state === "known") return reading;
    if (reading.state === "unknown") return { state: "unknown" };
  }
  return { state: "absent" };
}

/** Whether a tag is known to have this value. */
export function isTagged(resource: Resource, key: string, value: string): boolean {
  const found = tag(resource, key);
  return found.state === "known" && found.value === value;
}

function amongst(resources: readonly StackResource[]): Link {
  return { state: resources.length === 1 ? "certain" : "possible", resources };
}
