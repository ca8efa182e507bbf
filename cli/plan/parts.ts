/** Groups a plan by its top components: the ones that index.ts makes. */
import { STACK_TYPE, type RecordedResource } from "../../local/recorder/recorded-resource";

export interface Part {
  readonly component: RecordedResource;
  /** Custom resources anywhere below it. */
  readonly custom: readonly RecordedResource[];
}

/** In the order in which the program makes them. */
export function partsOf(resources: readonly RecordedResource[]): Part[] {
  const byUrn = new Map(resources.map((resource) => [resource.urn, resource]));
  return resources
    .filter(({ parent, custom }) => !custom && byUrn.get(parent)?.type === STACK_TYPE)
    .map((component) => ({
      component,
      custom: resources.filter((resource) => resource.custom && topOf(resource, byUrn) === component.urn),
    }));
}

/** URN of the top component that a resource stands in, itself when it is one. */
export function topOf(resource: RecordedResource, byUrn: ReadonlyMap<string, RecordedResource>): string {
  const parent = byUrn.get(resource.parent);
  return parent === undefined || parent.type === STACK_TYPE ? resource.urn : topOf(parent, byUrn);
}
