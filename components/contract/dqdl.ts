/**
 * A data set's rules in Glue's Data Quality Definition Language, about its curated table. Forms and escapes are those of
 * the language's own grammar (github.com/awslabs/dqdl) and of the guide's "DQDL rule type reference".
 */
import { type Column, type DataSet, type QualityRule, storedColumns } from "./model";

/** DataQualityRuleset, `Ruleset`: at most 65,536 characters (Glue API). */
export const DQDL_LIMIT = 65_536;

/** 16 bytes in base64url, which fill two bits of the last character: the same form that the Spark jobs ask for. */
const PSEUDONYM = "[A-Za-z0-9_-]{21}[AQgw]";

/** Text that the language reads as a date or a time of day, not as text. */
const DATE_OR_TIME = /^(\d{4}-\d{2}-\d{2}|\d{1,2}:\d{2}( [AP]M)?)$/;

/**
 * Rules of one severity, one a line; undefined when there are none.
 *
 * - `error`: the limits of the columns, which every curated row meets, and the quality rules of that severity.
 * - `warning`: the quality rules of that severity.
 *
 * What cannot be seen in the curated table has no rule here and is measured before it is published: the share of rows that
 * were bad (`invalidValues`, and percent of `rowCount`), and rules about columns that are dropped, or masked or
 * generalised where values are counted apart.
 */
export function dqdlRuleset(dataSet: DataSet, severity: QualityRule["severity"]): string | undefined {
  const limits = severity === "error" ? [primaryKey(dataSet), ...dataSet.columns.flatMap(columnRules)] : [];
  const measured = dataSet.quality
    .filter((rule) => rule.severity === severity)
    .flatMap((rule) => qualityRules(dataSet, rule));
  const rules = [...new Set([...limits, ...measured])];
  return rules.length === 0 ? undefined : `Rules = [\n  ${rules.join(",\n  ")}\n]`;
}

/** A row is one of its key; but for streams one of its key and day, as each drop or run is a snapshot. */
function primaryKey(dataSet: DataSet): string {
  return `IsPrimaryKey ${rowKey(dataSet, dataSet.primaryKey)
    .map((column) => `"${column}"`)
    .join(" ")}`;
}

function rowKey({ ingestion, partition }: DataSet, columns: readonly string[]): string[] {
  return ingestion === "stream" ? [...columns] : [partition.column, ...columns];
}

function columnRules(column: Column): string[] {
  if (column.treatment === "drop") return [];
  const rules = column.required ? [`IsComplete "${column.name}"`] : [];
  if (column.treatment === "pseudonymise") return [...rules, matches(column, PSEUDONYM)];
  return column.treatment === "keep" ? [...rules, ...limits(column)] : rules;
}

function limits(column: Column): string[] {
  const { name, allowed, pattern, minimum, maximum, maxLength } = column;
  return [
    ...(allowed === undefined ? [] : [oneOf(column, allowed)]),
    ...(pattern === undefined ? [] : [matches(column, pattern)]),
    ...(minimum === undefined ? [] : [values(column, `>= ${number(minimum)}`)]),
    ...(maximum === undefined ? [] : [values(column, `<= ${number(maximum)}`)]),
    // A missing text counts as one of no characters (guide, "ColumnLength").
    ...(maxLength === undefined ? [] : [`ColumnLength "${name}" <= ${maxLength}`]),
  ];
}

/** A missing value fails every expression about values (guide, "ColumnValues"); whether one may miss, `IsComplete` says. */
function values({ name }: Column, expression: string): string {
  return `ColumnValues "${name}" ${expression} where "${sql(name)} is not null"`;
}

function matches(column: Column, pattern: string): string {
  // The expression reaches the engine as it stands between the quotes, so a quote in it goes behind a backslash.
  const quoted = pattern.replace(/\\.|"/gs, (text) => (text === '"' ? '\\"' : text));
  return values(column, `matches "^(?:${quoted})$"`);
}

function oneOf(column: Column, allowed: readonly string[]): string {
  if (!allowed.some((value) => DATE_OR_TIME.test(value))) {
    const list = allowed.map((value) => `"${value.replace(/[\\"]/g, "\\$&")}"`);
    return values(column, `in [ ${list.join(", ")} ]`);
  }
  return matches(column, allowed.map((value) => value.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&")).join("|"));
}

function qualityRules(dataSet: DataSet, rule: QualityRule): string[] {
  switch (rule.metric) {
    case "rowCount":
      return rule.unit === "rows" ? within("RowCount", rule) : [];
    case "nullValues":
      return nullValues(dataSet, rule);
    case "duplicateValues":
      return duplicateValues(dataSet, rule);
    case "invalidValues":
      return [];
  }
}

function nullValues(dataSet: DataSet, rule: QualityRule): string[] {
  const stored = storedColumns(dataSet).map(({ name }) => name);
  const columns = rule.columns.filter((column) => stored.includes(column));
  if (columns.length === 0) return [];
  if (rule.minimum === undefined && rule.maximum === 0) return columns.map((name) => `IsComplete "${name}"`);
  const missing = columns.map((name) => `${sql(name)} is null`).join(" or ");
  return within(`CustomSql "select ${counted(`count_if(${missing})`, rule)} from primary"`, rule);
}

/** Rows whose values stand in a row before; a row that misses one repeats none. */
function duplicateValues(dataSet: DataSet, rule: QualityRule): string[] {
  const apart = dataSet.columns.filter(
    ({ treatment }) => treatment === "keep" || treatment === "pseudonymise",
  );
  if (!rule.columns.every((name) => apart.some((column) => column.name === name))) return [];
  const present = rule.columns.map((name) => `${sql(name)} is not null`).join(" and ");
  const key = rowKey(dataSet, rule.columns).map(sql).join(", ");
  return within(
    `CustomSql "select ${counted(`count_if(${present}) - count(distinct ${key})`, rule)} from primary"`,
    rule,
  );
}

/** A column in Spark's SQL, where it may be called as a keyword is. */
function sql(column: string): string {
  return `\`${column}\``;
}

function counted(rows: string, { unit }: QualityRule): string {
  // No row has no share of rows.
  return unit === "rows" ? rows : `coalesce(100.0 * (${rows}) / nullif(count(*), 0), 0)`;
}

/** `between` leaves both ends out, so a range is two rules. */
function within(measure: string, { minimum, maximum }: QualityRule): string[] {
  if (minimum !== undefined && minimum === maximum) return [`${measure} = ${number(minimum)}`];
  return [
    ...(minimum === undefined ? [] : [`${measure} >= ${number(minimum)}`]),
    ...(maximum === undefined ? [] : [`${measure} <= ${number(maximum)}`]),
  ];
}

/** The language's numbers have no exponent. */
function number(value: number): string {
  const text = String(value);
  return text.includes("e") ? value.toFixed(20).replace(/\.?0+$/, "") : text;
}
