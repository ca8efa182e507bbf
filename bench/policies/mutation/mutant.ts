/** Every mutant of a plan: one change of one input of one resource. */
import type { RecordedResource } from "../../../local/recorder/recorded-resource";
import { ADDITIONS, EVERYWHERE } from "./additions";
import { changesOf, UNKNOWN, type Mutation } from "./change";
import { openStatement } from "./document";
import { LEFT_OUT, placesOf, withChange, type Place, type Step } from "./place";

export interface Mutant {
  readonly original: RecordedResource;
  /** `s3/bucket`: the type's token without provider and class. */
  readonly type: string;
  /** As the table names it; empty: the resource itself. */
  readonly path: string;
  readonly mutation: Mutation;
  /** Properties that stand beside the changed one. */
  readonly beside: string;
  /** The changed resource; undefined when it is left out. */
  readonly changed: () => RecordedResource | undefined;
}

/** `aws:s3/bucket:Bucket` as `s3/bucket`. */
export function shortType(token: string): string {
  return token.split(":")[1] ?? token;
}

/** Every mutant of a resource. */
export function mutantsOf(original: RecordedResource): Mutant[] {
  const places = placesOf(original.inputs);
  const type = shortType(original.type);
  const mutant = (path: string, mutation: Mutation, beside: string, changed: Mutant["changed"]): Mutant => ({
    ...{ original, type, path, mutation, beside, changed },
  });
  const put = (steps: readonly Step[], change: (old: unknown) => unknown) => () =>
    resourceWith(original, steps, change);
  return [
    mutant("", "deleted", "", () => undefined),
    ...places.flatMap((place) => [
      ...changesOf(place.value).map(({ mutation, to }) =>
        mutant(
          place.pattern,
          mutation,
          place.beside,
          put(place.steps, () => to),
        ),
      ),
      ...ofPlace(place).map(([mutation, change, steps]) =>
        mutant(place.pattern, mutation, place.beside, put(steps, change)),
      ),
    ]),
    ...[...EVERYWHERE, ...(ADDITIONS[original.type] ?? [])]
      .filter(({ path }) => !(path in original.inputs))
      .map(({ path, value }) =>
        mutant(
          path,
          "added",
          "",
          put([path], () => value),
        ),
      ),
  ];
}

type PlaceChange = readonly [Mutation, (old: unknown) => unknown, readonly Step[]];

/** What may be done to a place whatever its value, and what documents allow. */
function ofPlace({ steps, pattern, value, isOnly }: Place): PlaceChange[] {
  // The only element of a list left out is the list emptied, which is tried.
  const changes: PlaceChange[] = isOnly ? [] : [["removed", () => LEFT_OUT, steps]];
  const last = steps[steps.length - 1];
  if (typeof last === "number") {
    const twice = (list: unknown) =>
      (list as unknown[]).flatMap((each, at) => (at === last ? [each, each] : [each]));
    changes.push(["duplicated", twice, steps.slice(0, -1)]);
  }
  const isWhole = typeof value === "object" && /\.(Action|Resource|Principal)$/.test(pattern);
  if (isWhole) changes.push(["star", () => "*", steps]);
  if (/(^|\.)Statement$/.test(pattern) && Array.isArray(value))
    changes.push(["added", (list) => [...(list as unknown[]), openStatement(list as unknown[])], steps]);
  return changes;
}

/** Where a value is no longer unknown, nothing is left of what it came from. */
function resourceWith(
  original: RecordedResource,
  steps: readonly Step[],
  change: (old: unknown) => unknown,
): RecordedResource {
  const inputs = withChange(original.inputs, steps, change) as Record<string, unknown>;
  const property = String(steps[0]);
  const holes = (of: Record<string, unknown>) =>
    (JSON.stringify(of[property] ?? null).match(new RegExp(UNKNOWN, "g")) ?? []).length;
  if (holes(original.inputs) === 0 || holes(inputs) > 0) return { ...original, inputs };
  const { [property]: _gone, ...propertyDependencies } = original.propertyDependencies;
  return { ...original, inputs, propertyDependencies };
}
