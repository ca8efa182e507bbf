/** The Open Data Contract Standard v3.1 as files write it: the parts that Naru reads, and validation by its own schema. */
import Ajv2019, { type ErrorObject, type ValidateFunction } from "ajv/dist/2019";
import addFormats from "ajv-formats";
import type { ProblemList } from "./problem";
import schema from "./schema/odcs-v3.1.schema.json";

export interface OdcsCustomProperty {
  readonly property: string;
  readonly value: unknown;
}

export interface OdcsQuality {
  readonly name?: string;
  readonly type?: "text" | "library" | "sql" | "custom";
  readonly metric?: string;
  readonly arguments?: {
    readonly properties?: unknown;
    readonly validValues?: unknown;
    readonly pattern?: unknown;
  };
  readonly unit?: string;
  readonly severity?: string;
  readonly mustBe?: unknown;
  readonly mustNotBe?: unknown;
  readonly mustBeGreaterThan?: number;
  readonly mustBeGreaterOrEqualTo?: number;
  readonly mustBeLessThan?: number;
  readonly mustBeLessOrEqualTo?: number;
  readonly mustBeBetween?: readonly [number, number];
  readonly mustNotBeBetween?: readonly [number, number];
}

export interface OdcsProperty {
  readonly name: string;
  readonly physicalName?: string;
  readonly businessName?: string;
  readonly description?: string;
  readonly logicalType?: string;
  readonly physicalType?: string;
  readonly logicalTypeOptions?: Readonly<Record<string, unknown>>;
  readonly required?: boolean;
  readonly primaryKey?: boolean;
  readonly primaryKeyPosition?: number;
  readonly partitioned?: boolean;
  readonly transformSourceObjects?: readonly string[];
  readonly classification?: string;
  readonly examples?: readonly unknown[];
  readonly quality?: readonly OdcsQuality[];
  readonly customProperties?: readonly OdcsCustomProperty[];
}

export interface OdcsSchemaObject {
  readonly name: string;
  readonly description?: string;
  readonly quality?: readonly OdcsQuality[];
  readonly properties?: readonly OdcsProperty[];
}

export interface OdcsContract {
  readonly apiVersion: string;
  readonly kind: string;
  readonly id: string;
  readonly version: string;
  readonly status: string;
  readonly domain?: string;
  readonly description?: { readonly purpose?: string };
  readonly team?: { readonly name?: string } | readonly unknown[];
  readonly support?: readonly { readonly url?: string; readonly scope?: string }[];
  readonly schema?: readonly OdcsSchemaObject[];
  readonly slaProperties?: readonly {
    readonly property: string;
    readonly value: unknown;
    readonly unit?: string;
  }[];
  readonly customProperties?: readonly OdcsCustomProperty[];
}

let validator: ValidateFunction | undefined;

/** Compiled on first use: 110 kB of schema cost more than reading every contract. */
function compiled(): ValidateFunction {
  if (validator === undefined) {
    const ajv = new Ajv2019({
      allErrors: true,
      strict: false,
      verbose: true,
      // The schema is the standard's own, and a few contracts are read: compiling it quickly counts, not how fast it runs.
      validateSchema: false,
      inlineRefs: false,
      code: { optimize: false },
    });
    addFormats(ajv);
    validator = ajv.compile(schema);
  }
  return validator;
}

/** Adds one problem for each place where the document leaves the standard; true when there is none. */
export function validateOdcs(document: unknown, problems: ProblemList): document is OdcsContract {
  const validate = compiled();
  if (validate(document)) return true;
  const reported = new Set<string>();
  for (const error of mostSpecific(validate.errors ?? [])) {
    const { key, problem, fix } = explain(error);
    const line = `${key}|${problem}`;
    if (reported.has(line)) continue;
    reported.add(line);
    problems.add(key, problem, fix);
  }
  return false;
}

/** Keywords that only say that something under or beside them failed, or that another branch was tried. */
const STRUCTURAL = new Set(["if", "oneOf", "anyOf", "allOf", "not"]);

/** Drops what merely repeats a deeper error: a failed `oneOf`, and "unevaluated" keys of a branch that failed itself. */
function mostSpecific(errors: readonly ErrorObject[]): ErrorObject[] {
  const leaves = errors.filter((error) => !STRUCTURAL.has(error.keyword));
  const own = leaves.filter((error) => error.keyword !== "unevaluatedProperties");
  const kept = leaves.filter(
    (error) =>
      error.keyword !== "unevaluatedProperties" ||
      !own.some((other) => other.instancePath.startsWith(error.instancePath)),
  );
  return kept.length > 0 ? kept : errors.slice(0, 1);
}

function explain(error: ErrorObject): { key: string; problem: string; fix: string } {
  const key = keyOf(error.instancePath);
  const inside = (name: string) => (key === "" ? name : `${key}.${name}`);
  switch (error.keyword) {
    case "required": {
      const name = error.params.missingProperty as string;
      return { key: inside(name), problem: "is missing", fix: `write ${name}` };
    }
    case "additionalProperties":
    case "unevaluatedProperties": {
      const name = (error.params.additionalProperty ?? error.params.unevaluatedProperty) as string;
      return {
        key: inside(name),
        problem: "is no key of ODCS v3.1 in this place",
        fix: "correct its spelling or move it under customProperties",
      };
    }
    case "enum":
      return {
        key,
        problem: `is ${JSON.stringify(error.data)}`,
        fix: `use one of ${(error.params.allowedValues as string[]).join(", ")}`,
      };
    case "const":
      return {
        key,
        problem: `is ${JSON.stringify(error.data)}`,
        fix: `use ${JSON.stringify(error.params.allowedValue)}`,
      };
    case "type":
      return {
        key,
        problem: `is ${typeOf(error.data)}`,
        fix: `write ${[error.params.type].flat().join(" or ")}`,
      };
    default:
      return { key, problem: error.message ?? `breaks ${error.keyword}`, fix: "write it as ODCS v3.1 asks" };
  }
}

/** `/schema/0/properties/3` as `schema[0].properties[3]`. */
function keyOf(pointer: string): string {
  return pointer
    .split("/")
    .slice(1)
    .map((part) => part.replace(/~1/g, "/").replace(/~0/g, "~"))
    .reduce(
      (key, part) => (/^\d+$/.test(part) ? `${key}[${part}]` : key === "" ? part : `${key}.${part}`),
      "",
    );
}

function typeOf(value: unknown): string {
  if (value === null) return "empty";
  return Array.isArray(value) ? "a list" : `of type ${typeof value}`;
}
