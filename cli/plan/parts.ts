/** Groups a plan by its top components: the ones that index.ts makes. */
import { STACK_TYPE, type RecordedResource } from "../../local/recorder/recorded-resource";

/** Where a resource stands, in a plan or in the engine's state. */
export type Placed = Pick<RecordedResource, "type" | "urn" | "parent" | "custom">;

export interface Part<R extends Placed = RecordedResource> {
  readonly component: R;
  /** Custom resources anywhere below it. */
  readonly custom: readonly R[];
}

/** In the order in which the program makes them. */
export function partsOf<R extends Placed>(resources: readonly R[]): Part<R>[] {
  const byUrn = new Map(resources.map((resource) => [resource.urn, resource]));
  return resources
    .filter(({ parent, custom }) => !custom && byUrn.get(parent)?.type === STACK_TYPE)
    .map((component) => ({
      component,
      custom: resources.filter((resource) => resource.custom && topOf(resource, byUrn) === component.urn),
    }));
}

/** URN of the top component that a resource stands in, itself when it is one. */
export function topOf(resource: Placed, byUrn: ReadonlyMap<string, Placed>): string {
  const parent = byUrn.get(resource.parent);
  return parent === undefined || parent.type === STACK_TYPE ? resource.urn : topOf(parent, byUrn);
}
