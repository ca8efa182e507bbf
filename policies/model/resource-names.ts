/** Which resources a name or an ARN can mean: looked up, as a large stack names thousands thousands of times. */
import { knownString } from "./reading";
import type { StackResource } from "./stack";
import { BUCKET, FUNCTION, ROLE, STATE_MACHINE, STREAM } from "./types";

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

/** The names of some resources, as far as they are known. */
export class ResourceNames {
  private readonly byName = new Map<string, Set<StackResource>>();
  /** By what an ARN must end with. */
  private readonly byArnEnd = new Map<string, Set<StackResource>>();
  private readonly befores: ReadonlySet<string>;

  constructor(private readonly resources: readonly StackResource[]) {
    for (const resource of resources) {
      for (const property of NAMES) add(this.byName, knownString(resource.props, [property]), resource);
      add(this.byArnEnd, arnEnd(resource), resource);
    }
    this.befores = new Set(resources.flatMap(({ type }) => ARN_ENDS[type]?.before ?? []));
  }

  /** Those that `value` names, in their own order. */
  meant(value: string): readonly StackResource[] {
    const found = new Set(this.byName.get(value));
    for (const end of value.startsWith("arn:") ? this.endsOf(unqualified(value)) : []) {
      for (const resource of this.byArnEnd.get(end) ?? []) found.add(resource);
    }
    return found.size > 1 ? this.resources.filter((resource) => found.has(resource)) : [...found];
  }

  /** What an ARN ends with, from each place on where a name may begin. */
  private endsOf(arn: string): string[] {
    return [...this.befores].flatMap((before) => {
      const ends: string[] = [];
      for (let at = arn.indexOf(before); at >= 0; at = arn.indexOf(before, at + 1)) ends.push(arn.slice(at));
      return ends;
    });
  }
}

/** Whether an ARN can be compared with the resource's own. */
export function isIdentified(resource: StackResource): boolean {
  return knownString(resource.props, ["arn"]) !== undefined || arnEnd(resource) !== undefined;
}

/** A function's ARN without the version or alias: `…:function:name:$LATEST` means the function. */
function unqualified(arn: string): string {
  return arn.replace(/(:function:[^:]+):[^:]+$/, "$1");
}

function arnEnd({ type, props }: StackResource): string | undefined {
  const end = ARN_ENDS[type];
  const name = end === undefined ? undefined : knownString(props, [end.property]);
  return name === undefined ? undefined : end.before + name;
}

function add(index: Map<string, Set<StackResource>>, key: string | undefined, resource: StackResource): void {
  if (key === undefined) return;
  const known = index.get(key) ?? new Set();
  index.set(key, known.add(resource));
}
