/** A property that must have a certain value: the same four outcomes for every rule. */
import { read, type Path } from "./reading";
import { undecided, violation, type Finding, type Resource } from "./rule";

export interface Expectation {
  readonly path: Path;
  /** Whether a known value is right. A value of a wrong type is simply not accepted. */
  accepts(value: unknown): boolean;
  /** Whether the service's default, used when the property is absent, is right. @default false */
  readonly absentIsRight?: boolean;
  /** What must hold, read after the property's path: "must be SNAPPY". */
  readonly must: string;
  readonly fix: string;
}

/** Nothing when the expectation holds; else one finding that names the property. */
export function examine(resource: Resource, expectation: Expectation): Finding[] {
  const { path, accepts, absentIsRight, must, fix } = expectation;
  const subject = show(path);
  const reading = read(resource.props, path);
  switch (reading.state) {
    case "unknown":
      return [undecided(resource, subject, fix)];
    case "absent":
      return absentIsRight === true ? [] : [violation(resource, `${subject} is missing; it ${must}.`, fix)];
    case "wrong-type":
      return [
        violation(
          resource,
          `${subject} lies inside something that is no ${reading.expected}; it ${must}.`,
          fix,
        ),
      ];
    case "known":
      return accepts(reading.value) ? [] : [violation(resource, `${subject} ${must}.`, fix)];
  }
}

/** `rules[0].bucketKeyEnabled` from its parts; keys with dots are quoted. */
export function show(path: Path): string {
  return path.reduce<string>((shown, part) => {
    if (typeof part === "number") return `${shown}[${part}]`;
    if (/[^A-Za-z0-9_]/.test(part)) return `${shown}["${part}"]`;
    return shown === "" ? part : `${shown}.${part}`;
  }, "");
}

/** Accepts one of some strings, whatever their case. */
export function oneOf(...allowed: readonly string[]): (value: unknown) => boolean {
  return (value) =>
    typeof value === "string" && allowed.some((each) => each.toLowerCase() === value.toLowerCase());
}
