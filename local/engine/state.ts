/** The state that the engine exports, as far as it is read here; and what a killed process leaves in it. */
import type { Deployment } from "@pulumi/pulumi/automation";

export interface StateResource {
  readonly urn: string;
  readonly type: string;
  readonly custom: boolean;
  readonly id?: string;
  readonly parent?: string;
  /** When it was made, RFC 3339. */
  readonly created?: string;
  readonly inputs?: Record<string, unknown>;
  readonly outputs?: Record<string, unknown>;
  /** Kept in the cloud when it is deleted here. */
  readonly retainOnDelete?: boolean;
  /** Another has taken its place, and it is to be deleted. */
  readonly delete?: boolean;
  /** It went before its replacement was made: of it there is this entry only. */
  readonly pendingReplacement?: boolean;
}

interface Content {
  readonly resources?: readonly StateResource[];
  readonly pending_operations?: readonly { readonly type: string; readonly resource: StateResource }[];
}

export function contentOf({ deployment }: Deployment): Content {
  // An empty stack has none.
  return (deployment ?? {}) as Content;
}

/** Creations that were under way when the engine was killed: whether the cloud made them, only the cloud knows. */
export function pendingIn(state: Deployment): readonly StateResource[] {
  const { pending_operations: pending = [] } = contentOf(state);
  return pending.filter(({ type }) => type === "creating").map(({ resource }) => resource);
}

/**
 * A state without pending operations: of creations, what the cloud made stands in it, to be read by a refresh, and the
 * rest is forgotten, to be made by the next update.
 * @param made ids of what the cloud made, by URN.
 */
export function settled(state: Deployment, made: ReadonlyMap<string, string>): Deployment {
  const { pending_operations: _, ...content } = contentOf(state);
  const taken = pendingIn(state).flatMap((resource) => {
    const id = made.get(resource.urn);
    // With outputs it is refreshed; without any it would be imported, by an id of another form.
    return id === undefined ? [] : [{ ...resource, id, outputs: resource.inputs }];
  });
  // The creation may have been a replacement, under the same URN: the old one is gone, or stands yet and is to be deleted.
  const resources = (content.resources ?? []).flatMap((resource) => {
    const at = taken.findIndex(({ urn }) => urn === resource.urn);
    if (at < 0 || resource.delete === true) return [resource];
    const replacement = taken.splice(at, 1);
    return resource.pendingReplacement === true
      ? replacement
      : [...replacement, { ...resource, delete: true }];
  });
  return { ...state, deployment: { ...content, resources: [...resources, ...taken] } };
}
