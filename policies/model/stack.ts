/** The resources of a stack and the links between them, as far as a preview knows them. */
import { knownString, read, readString, type Path } from "./reading";
import type { Resource } from "./rule";
import { BUCKET, FUNCTION, FUNCTION_ALIAS, KEY_ALIAS, ROLE, STATE_MACHINE, STREAM } from "./types";

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

/** How ARNs of a type end, before the name. */
const ARN_ENDS: Readonly<Record<string, { readonly property: string; readonly before: string }>> = {
  [BUCKET]: { property: "bucket", before: ":s3:::" },
  [STREAM]: { property: "name", before: ":stream/" },
  [FUNCTION]: { property: "name", before: ":function:" },
  [ROLE]: { property: "name", before: ":role/" },
  [STATE_MACHINE]: { property: "name", before: ":stateMachine:" },
};

/** Properties that name a resource on their own. */
const NAMES = ["id", "arn", "keyId", "bucket", "name"] as const;

export class Stack {
  private readonly byType: ReadonlyMap<string, readonly StackResource[]>;
  /** Rules ask for the same links again and again, and each means reading names of many resources. */
  private readonly links = new Map<StackResource, Map<string, Link>>();

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
  ofType(...types: readonly string[]): StackResource[] {
    return [...new Set(types)].flatMap((type) => this.byType.get(type) ?? []);
  }

  /**
   * The resources of `type` that the value at `path` names. A known value is compared with names and ARNs; an unknown
   * one is decided by what its top-level property depends on. Aliases lead to what they stand for.
   */
  link(from: StackResource, path: Path, type: string): Link {
    const known = this.links.get(from) ?? new Map<string, Link>();
    this.links.set(from, known);
    const question = JSON.stringify([type, ...path]);
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
  attached(owner: StackResource, type: string, property: string): StackResource[] {
    return this.ofType(type).filter((sideCar) => {
      const link = this.link(sideCar, [property], owner.type);
      return link.state !== "absent" && link.resources.some((resource) => resource.urn === owner.urn);
    });
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

  private named(value: string, type: string): StackResource[] {
    const direct = this.ofType(type).filter((resource) => isNamed(resource, value));
    if (direct.length > 0) return direct;
    return this.ofType(...Object.keys(STAND_INS))
      .filter((resource) => isNamed(resource, value))
      .flatMap((alias) => {
        const link = this.link(alias, [STAND_INS[alias.type]], type);
        return link.state === "absent" ? [] : link.resources;
      });
  }
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

/** Whether an ARN can be compared with the resource's own. */
function isIdentified(resource: StackResource): boolean {
  const ends = ARN_ENDS[resource.type];
  return (
    knownString(resource.props, ["arn"]) !== undefined ||
    (ends !== undefined && knownString(resource.props, [ends.property]) !== undefined)
  );
}

function isNamed(resource: StackResource, value: string): boolean {
  if (NAMES.some((property) => knownString(resource.props, [property]) === value)) return true;
  const ends = ARN_ENDS[resource.type];
  const name = ends === undefined ? undefined : knownString(resource.props, [ends.property]);
  return name !== undefined && value.startsWith("arn:") && value.endsWith(ends.before + name);
}
