/** Settings that are things with keys of their own, a list of them or one: every wrong key is told, with what to write. */
import { z } from "zod";
import { parseJson } from "../parse-json";

/** What is wrong at one place of a list: `connections[0].url` has the path `[0, "url"]`. */
export interface ListProblem {
  readonly path: readonly (string | number)[];
  /** `is missing; write …`. */
  readonly message: string;
}

export interface ListForm<T> {
  /** One thing; where there are several kinds, what says which it is. */
  readonly item: z.ZodType<T> | ((given: unknown) => z.ZodType<T>);
  /** What each key takes, as it stands after "write". */
  readonly forms: Readonly<Record<string, string>>;
  /** What is wrong with the values of one: `<key>: <what>; <fix>`. */
  readonly check: (item: T) => readonly (string | undefined)[];
}

/** A setting whose text is JSON. @param whole what the list is, as it stands after "must be". */
export function listSetting<T>(form: ListForm<T>, whole: string) {
  return z.string().transform((text, context): T[] => {
    const parsed = parseJson(text);
    if (!Array.isArray(parsed)) {
      context.addIssue({ code: "custom", message: `must be ${whole}` });
      return z.NEVER;
    }
    const read = parsed.map((item: unknown, at) => readItem(form, item, at));
    const problems = read.flatMap((one) => one.problems);
    for (const { path, message } of problems) {
      context.addIssue({ code: "custom", path: [...path], message });
    }
    return problems.length > 0 ? z.NEVER : read.flatMap(({ value }) => value);
  });
}

/** `none`, or the JSON of one thing. @param whole what that is, as it stands after "must be". */
export function objectSetting<T>(form: ListForm<T>, whole: string) {
  return z.string().transform((text, context): T | "none" => {
    if (text === "none") return text;
    const parsed = parseJson(text);
    const isObject = typeof parsed === "object" && parsed !== null && !Array.isArray(parsed);
    const { value, problems } = isObject
      ? readItem(form, parsed, 0)
      : { value: [], problems: [{ path: [0], message: `must be ${whole}` }] };
    for (const { path, message } of problems) {
      // Without the place in a list of one.
      context.addIssue({ code: "custom", path: path.slice(1), message });
    }
    return problems.length > 0 ? z.NEVER : value[0]!;
  });
}

interface ReadItem<T> {
  readonly value: T[];
  readonly problems: ListProblem[];
}

function readItem<T>(form: ListForm<T>, item: unknown, at: number): ReadItem<T> {
  const type = typeof form.item === "function" ? form.item(item) : form.item;
  const read = type.safeParse(item);
  if (!read.success) {
    return { value: [], problems: read.error.issues.flatMap((issue) => describe(form, issue, item, at)) };
  }
  const problems = form.check(read.data).flatMap((problem) => {
    if (problem === undefined) return [];
    const [, key, message] = /^([^:]+): (.*)$/s.exec(problem)!;
    return [{ path: [at, key!], message: message! }];
  });
  return { value: [read.data], problems };
}

function describe<T>(
  { forms }: ListForm<T>,
  issue: z.core.$ZodIssue,
  item: unknown,
  at: number,
): ListProblem[] {
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => ({ path: [at, key], message: "is no key of it; leave it out" }));
  }
  const [key] = issue.path.map(String);
  if (key === undefined)
    return [{ path: [at], message: `is no object; write {${Object.keys(forms).join(", ")}}` }];
  const given = typeof item === "object" && item !== null && key in item;
  return [
    {
      path: [at, key],
      message: `${given ? "is of another form" : "is missing"}; write ${forms[key] ?? "a text"}`,
    },
  ];
}

/** As a person reads a place: `connections[0].url`. */
export function placeOf([name, ...rest]: readonly PropertyKey[]): string {
  return rest.reduce<string>(
    (place, part) => (typeof part === "number" ? `${place}[${part}]` : `${place}.${String(part)}`),
    String(name),
  );
}
