/** One ODCS property as a column of the model. */
import type { Classification, Column, ColumnType, IdentifierKind, Treatment } from "./model";
import type { OdcsCustomProperty, OdcsProperty } from "./odcs";
import type { ProblemList } from "./problem";

export const CLASSIFICATIONS: readonly Classification[] = [
  "public",
  "internal",
  "confidential",
  "restricted",
];
export const TREATMENTS: readonly Treatment[] = ["keep", "pseudonymise", "mask", "generalise", "drop"];
export const IDENTIFIER_KINDS: readonly IdentifierKind[] = [
  "student-id",
  "user-id",
  "email",
  "phone",
  "person-name",
  "resident-number",
  "card-number",
  "ip-address",
  "address",
  "birth-date",
];

/** The Hive types of the model by the standard's logical type; the first is what a property without physicalType gets. */
const PHYSICAL: Readonly<Record<string, readonly string[]>> = {
  string: ["string"],
  integer: ["bigint", "int"],
  number: ["double"],
  boolean: ["boolean"],
  date: ["date"],
  timestamp: ["timestamp"],
};

/** Hive decimals: precision 1 to 38, scale up to the precision. */
const DECIMAL = /^decimal\((\d{1,2}),(\d{1,2})\)$/;

/** Column names that survive Hive, Athena, Spark, Redshift and every BI tool unquoted. */
const COLUMN_NAME = /^[a-z][a-z0-9_]{0,127}$/;

/** Reads one property; its problems are added, and what can be read is returned all the same so that later checks see it. */
export function readColumn(property: OdcsProperty, key: string, problems: ProblemList): Column {
  const { name, description = "", businessName = name, required = false } = property;
  if (!COLUMN_NAME.test(name)) {
    problems.add(
      `${key}.name`,
      `is "${name}"`,
      "use ASCII lower snake case, and keep the original under businessName and customProperties sourceName",
    );
  }
  if (property.physicalName !== undefined && property.physicalName !== name) {
    problems.add(
      `${key}.physicalName`,
      "differs from name",
      "leave it out: a column is stored under its name",
    );
  }
  if (description === "") {
    problems.add(`${key}.description`, "is missing", "say what the column holds, in one sentence");
  }
  const kind = readKind(property, key, problems);
  const options = property.logicalTypeOptions ?? {};
  const notPersonal = readNotPersonal(property, kind, key, problems);
  const pattern = patternOf(property, key, problems);
  const allowed = allowedValues(property);
  return {
    name,
    sourceName: text(customProperty(property.customProperties, "sourceName")) ?? name,
    businessName,
    description,
    type: readType(property, key, problems),
    required,
    classification: readClassification(property, key, problems),
    treatment: readTreatment(property, kind, key, problems),
    ...(kind === undefined ? {} : { kind }),
    ...(notPersonal === undefined ? {} : { notPersonal }),
    ...readKeepLast(property, key, problems),
    ...(pattern === undefined ? {} : { pattern }),
    ...(allowed === undefined ? {} : { allowed }),
    ...numeric(options, "minimum"),
    ...numeric(options, "maximum"),
    ...numeric(options, "maxLength"),
    ...(property.examples === undefined ? {} : { examples: property.examples.map(String) }),
  };
}

/** The value of a custom property, or undefined. */
export function customProperty(list: readonly OdcsCustomProperty[] | undefined, name: string): unknown {
  return list?.find((entry) => entry.property === name)?.value;
}

function text(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

function readType(property: OdcsProperty, key: string, problems: ProblemList): ColumnType {
  const { logicalType, physicalType } = property;
  if (logicalType === undefined || !(logicalType in PHYSICAL)) {
    problems.add(
      `${key}.logicalType`,
      logicalType === undefined ? "is missing" : `is "${logicalType}"`,
      `use one of ${Object.keys(PHYSICAL).join(", ")}`,
    );
    return "string";
  }
  const physical = physicalType?.toLowerCase().replace(/\s+/g, "") ?? PHYSICAL[logicalType][0];
  const decimal = DECIMAL.exec(physical);
  if (logicalType === "number" && decimal !== null) {
    const [precision, scale] = [Number(decimal[1]), Number(decimal[2])];
    if (precision >= 1 && precision <= 38 && scale <= precision) return `decimal(${precision},${scale})`;
    problems.add(
      `${key}.physicalType`,
      `is "${physicalType}"`,
      "use a precision of 1 to 38 and a scale within it",
    );
    return "double";
  }
  if (PHYSICAL[logicalType].includes(physical)) return physical as ColumnType;
  const choices = [...PHYSICAL[logicalType], ...(logicalType === "number" ? ["decimal(p,s)"] : [])];
  problems.add(
    `${key}.physicalType`,
    `is "${physicalType}" beside logicalType ${logicalType}`,
    `use ${choices.join(" or ")}`,
  );
  return PHYSICAL[logicalType][0] as ColumnType;
}

function readClassification(property: OdcsProperty, key: string, problems: ProblemList): Classification {
  const found = CLASSIFICATIONS.find((name) => name === property.classification);
  if (found !== undefined) return found;
  problems.add(
    `${key}.classification`,
    property.classification === undefined ? "is missing" : `is "${property.classification}"`,
    `use one of ${CLASSIFICATIONS.join(", ")}`,
  );
  return "restricted";
}

function readKind(property: OdcsProperty, key: string, problems: ProblemList): IdentifierKind | undefined {
  const value = customProperty(property.customProperties, "identifierKind");
  const found = IDENTIFIER_KINDS.find((name) => name === value);
  if (value !== undefined && found === undefined) {
    problems.add(
      `${key}.customProperties.identifierKind`,
      `is ${JSON.stringify(value)}`,
      `use one of ${IDENTIFIER_KINDS.join(", ")}`,
    );
  }
  return found;
}

/** The reason why detection errs about the column. */
function readNotPersonal(
  property: OdcsProperty,
  kind: IdentifierKind | undefined,
  key: string,
  problems: ProblemList,
): string | undefined {
  const value = customProperty(property.customProperties, "notPersonal");
  if (value === undefined) return undefined;
  const at = `${key}.customProperties.notPersonal`;
  const reason = typeof value === "string" ? value.trim() : "";
  if (reason === "") problems.add(at, "is no reason", "write why the column holds no personal data");
  if (kind !== undefined) {
    problems.add(at, `stands on a column of kind ${kind}`, "keep one of notPersonal and identifierKind");
  }
  return reason;
}

function readTreatment(
  property: OdcsProperty,
  kind: IdentifierKind | undefined,
  key: string,
  problems: ProblemList,
): Treatment {
  const value = customProperty(property.customProperties, "treatment");
  const at = `${key}.customProperties.treatment`;
  const found = TREATMENTS.find((name) => name === value);
  if (value !== undefined && found === undefined) {
    problems.add(at, `is ${JSON.stringify(value)}`, `use one of ${TREATMENTS.join(", ")}`);
  }
  if (value === undefined && kind !== undefined) {
    problems.add(at, `is missing on a column of kind ${kind}`, `use one of ${TREATMENTS.join(", ")}`);
  }
  return found ?? (kind === undefined ? "keep" : "drop");
}

function readKeepLast(property: OdcsProperty, key: string, problems: ProblemList): Pick<Column, "keepLast"> {
  const value = customProperty(property.customProperties, "keepLast");
  if (value === undefined) return {};
  if (typeof value === "number") return { keepLast: value };
  problems.add(
    `${key}.customProperties.keepLast`,
    `is ${JSON.stringify(value)}`,
    "write a whole number, such as 4",
  );
  return {};
}

function patternOf(property: OdcsProperty, key: string, problems: ProblemList): string | undefined {
  const pattern = text(property.logicalTypeOptions?.pattern);
  if (pattern === undefined) return undefined;
  try {
    new RegExp(pattern, "u");
  } catch {
    problems.add(
      `${key}.logicalTypeOptions.pattern`,
      "is no regular expression",
      "correct it (ECMA-262, flag u)",
    );
    return undefined;
  }
  return pattern;
}

/** ODCS has no list of values on a property: it stands in the arguments of an `invalidValues` rule. */
function allowedValues(property: OdcsProperty): string[] | undefined {
  const lists = (property.quality ?? [])
    .filter((rule) => rule.metric === "invalidValues")
    .map((rule) => rule.arguments?.validValues)
    .filter((values): values is unknown[] => Array.isArray(values) && values.length > 0);
  return lists.length === 0 ? undefined : lists[0].map(String);
}

function numeric<K extends "minimum" | "maximum" | "maxLength">(
  options: Readonly<Record<string, unknown>>,
  name: K,
): { readonly [P in K]?: number } {
  const value = options[name];
  return (typeof value === "number" ? { [name]: value } : {}) as { [P in K]?: number };
}
