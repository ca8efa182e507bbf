/** Places of a resource's inputs, nested ones and those inside JSON documents too, and a copy with one place changed. */
import { isJsonDocument } from "./document";

/** Stands in a path where a text is read as JSON. */
export const AS_JSON = Symbol("the text as JSON");

export type Step = string | number | typeof AS_JSON;

export interface Place {
  readonly steps: readonly Step[];
  /** The path as the table names it: elements of lists without their index, statements by their Sid or effect. */
  readonly pattern: string;
  readonly value: unknown;
  /** The properties of the object that holds it; empty for elements of lists and for what stands at the top. */
  readonly beside: string;
  /** It is the one element of its list. */
  readonly isOnly: boolean;
}

/** Marks secrets, assets and archives in Pulumi's wire form. */
const SIGNATURE = "4dabf18193072939515e22adb298388d";
const SECRET = "1b47061264138c4ac30d75fd1eb44270";

/** Every place below the inputs, containers before what they hold; code and other assets are one place each. */
export function placesOf(inputs: Readonly<Record<string, unknown>>): Place[] {
  return below(inputs, [], "");
}

function below(value: unknown, steps: readonly Step[], pattern: string): Place[] {
  if (Array.isArray(value)) {
    return value.flatMap((each: unknown, index) =>
      at(
        each,
        [...steps, index],
        `${pattern}[${/\.startsWiths$/.test(pattern) ? String(each) : labelOf(each)}]`,
        "",
        value.length === 1,
      ),
    );
  }
  if (typeof value === "object" && value !== null) {
    if (SIGNATURE in value) {
      return (value as Record<string, unknown>)[SIGNATURE] === SECRET
        ? below((value as unknown as { value: unknown }).value, [...steps, "value"], pattern)
        : [];
    }
    const beside = steps.length === 0 ? "" : Object.keys(value).sort().join(" ");
    return Object.entries(value).flatMap(([key, each]) =>
      at(each, [...steps, key], pattern === "" ? key : `${pattern}.${key}`, beside),
    );
  }
  return isJsonDocument(value) ? below(JSON.parse(value), [...steps, AS_JSON], pattern) : [];
}

function at(
  value: unknown,
  steps: readonly Step[],
  pattern: string,
  beside: string,
  isOnly = false,
): Place[] {
  return [{ steps, pattern, value, beside, isOnly }, ...below(value, steps, pattern)];
}

/**
 * What tells elements of a list apart that mean different things: statements by their Sid or subject, selectors of a trail,
 * parameters, rules with an id. Nothing for others.
 */
function labelOf(element: unknown): string {
  if (typeof element !== "object" || element === null) return "";
  const { Sid, Effect, Action, ...more } = element as Record<string, unknown>;
  const { field, fieldSelectors, parameterName, id, name, value } = more;
  const isNamed = fieldSelectors !== undefined || value !== undefined;
  const isRule = "status" in more;
  const words = [Effect, Sid ?? subjectOf(Action), field, parameterName];
  return [...words, isNamed ? name : undefined, isRule ? id : undefined]
    .filter((each) => typeof each === "string")
    .join(" ");
}

/** The services that a statement without a Sid is about, and its first action; who may take a role needs no telling apart. */
function subjectOf(actions: unknown): string | undefined {
  if (actions === undefined) return undefined;
  const names = [actions].flat().map((each) => String(each).split(":"));
  const services = names.map(([service]) => service!);
  const subject = `${[...new Set(services)].sort().join(" ")}:${names[0]?.[1] ?? ""}`;
  return services.includes("sts") ? undefined : subject;
}

/** Stands for a place that is to be left out. */
export const LEFT_OUT = Symbol("left out");

/** A copy of `value` with what `change` makes of the place at `steps`; what is not on the way is shared. */
export function withChange(
  value: unknown,
  [step, ...rest]: readonly Step[],
  change: (old: unknown) => unknown,
): unknown {
  if (step === undefined) return change(value);
  if (step === AS_JSON) return JSON.stringify(withChange(JSON.parse(String(value)), rest, change));
  if (Array.isArray(value)) {
    return value.flatMap((each: unknown, index) => {
      if (index !== step) return [each];
      const changed = withChange(each, rest, change);
      return changed === LEFT_OUT ? [] : [changed];
    });
  }
  const copy = { ...(value as Record<string, unknown>) };
  const changed = withChange(copy[step as string], rest, change);
  if (changed === LEFT_OUT) delete copy[step as string];
  else copy[step as string] = changed;
  return copy;
}
