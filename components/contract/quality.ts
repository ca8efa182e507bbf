/** ODCS quality rules as Naru runs them: one metric, its columns, and an allowed range with both ends included. */
import type { QualityRule } from "./model";
import type { OdcsQuality } from "./odcs";
import type { ProblemList } from "./problem";

const METRICS: readonly string[] = ["rowCount", "nullValues", "invalidValues", "duplicateValues"];
const UNITS: readonly string[] = ["rows", "percent"];
const SEVERITIES: readonly string[] = ["error", "warning"];

/**
 * Reads the rules of a table (`column` absent) or of one column. Text rules describe and do not run, so they are left out.
 *
 * @param key where the list stands, such as `schema[0].quality`.
 */
export function readQuality(
  rules: readonly OdcsQuality[],
  key: string,
  problems: ProblemList,
  column?: string,
): QualityRule[] {
  return rules.flatMap((rule, index) => {
    if (rule.type === "text") return [];
    const at = `${key}[${index}]`;
    if (rule.type === "sql" || rule.type === "custom") {
      problems.add(
        `${at}.type`,
        `is "${rule.type}"`,
        "use library: Naru runs the same rules in Spark and on Glue",
      );
      return [];
    }
    const { metric } = rule;
    if (metric === undefined || !METRICS.includes(metric)) {
      problems.add(
        `${at}.metric`,
        `is ${JSON.stringify(metric ?? null)}`,
        `use one of ${METRICS.join(", ")}`,
      );
      return [];
    }
    const unit = oneOf(rule.unit ?? "rows", UNITS, `${at}.unit`, problems);
    return [
      {
        name: rule.name ?? [column, metric].filter((part) => part !== undefined).join(" "),
        metric: metric as QualityRule["metric"],
        columns: columnsOf(rule, metric, at, problems, column),
        ...range(rule, unit, at, problems),
        unit: unit as QualityRule["unit"],
        severity: oneOf(
          rule.severity ?? "error",
          SEVERITIES,
          `${at}.severity`,
          problems,
        ) as QualityRule["severity"],
      },
    ];
  });
}

function oneOf(value: string, allowed: readonly string[], key: string, problems: ProblemList): string {
  if (!allowed.includes(value)) problems.add(key, `is "${value}"`, `use one of ${allowed.join(", ")}`);
  return value;
}

function columnsOf(
  rule: OdcsQuality,
  metric: string,
  at: string,
  problems: ProblemList,
  column?: string,
): string[] {
  if (metric === "rowCount") {
    if (column !== undefined) problems.add(at, "counts rows in one column", "move it to schema[0].quality");
    return [];
  }
  if (column !== undefined) return [column];
  const listed = rule.arguments?.properties;
  if (Array.isArray(listed) && listed.length > 0) return listed.map(String);
  problems.add(`${at}.arguments.properties`, "is missing", `list the columns that ${metric} is about`);
  return [];
}

/** The one operator that the standard allows a rule, as an inclusive range. */
function range(
  rule: OdcsQuality,
  unit: string,
  at: string,
  problems: ProblemList,
): Pick<QualityRule, "minimum" | "maximum"> {
  const next = unit === "rows" ? 1 : undefined;
  if (typeof rule.mustBe === "number") return { minimum: rule.mustBe, maximum: rule.mustBe };
  if (rule.mustBeGreaterOrEqualTo !== undefined) return { minimum: rule.mustBeGreaterOrEqualTo };
  if (rule.mustBeLessOrEqualTo !== undefined) return { maximum: rule.mustBeLessOrEqualTo };
  if (rule.mustBeBetween !== undefined) {
    return { minimum: rule.mustBeBetween[0], maximum: rule.mustBeBetween[1] };
  }
  if (next !== undefined && rule.mustBeGreaterThan !== undefined) {
    return { minimum: rule.mustBeGreaterThan + next };
  }
  if (next !== undefined && rule.mustBeLessThan !== undefined) return { maximum: rule.mustBeLessThan - next };
  problems.add(
    at,
    "has no limit that Naru can check",
    "use mustBe with a number, mustBeGreaterOrEqualTo, mustBeLessOrEqualTo or mustBeBetween" +
      " (with unit rows also mustBeGreaterThan and mustBeLessThan)",
  );
  return {};
}
