import { knownString, read, type Path } from "../model/reading";
import { naru } from "../model/references";
import { undecided, violation, type StackRule } from "../model/rule";
import type { Stack, StackResource } from "../model/stack";
import { CATALOG_DATABASE, CATALOG_TABLE, QUALITY_RULESET } from "../model/types";
import { strongest, type Verdict } from "../model/verdict";

const FIX =
  "Give the table a `DataQualityRuleset` whose `targetTable` names it: the rules of its contract (columns and `quality`).";

/** `<project>_<stack>_curated_<domain>`. */
const CURATED_DATABASE = /(^|_)curated(_|$)/;

/** What people query has rules that say when it is wrong. Views have the rules of their tables. */
export const tableQuality: StackRule = {
  name: "table-quality",
  group: "operations",
  scope: "stack",
  severity: "medium",
  description: "Every curated table has a data quality ruleset.",
  framework: naru("data contracts", "A curated table is measured by the quality rules of its contract"),
  remediation: FIX,
  url: "https://docs.aws.amazon.com/glue/latest/dg/data-quality-gs-studio.html",
  check(stack) {
    return stack
      .ofType(CATALOG_TABLE)
      .filter(
        (table) => isCurated(stack, table) && knownString(table.props, ["tableType"]) !== "VIRTUAL_VIEW",
      )
      .flatMap((table) => {
        switch (strongest(stack.ofType(QUALITY_RULESET).map((ruleset) => measures(ruleset, table)))) {
          case "yes":
            return [];
          case "unknown":
            return [undecided(table, "The target table of a ruleset", FIX)];
          case "no":
            return [violation(table, "No data quality ruleset names it.", FIX)];
        }
      });
  },
};

function isCurated(stack: Stack, table: StackResource): boolean {
  const name = knownString(table.props, ["databaseName"]);
  if (name !== undefined) return CURATED_DATABASE.test(name);
  return stack
    .sources(table, "databaseName", CATALOG_DATABASE)
    .some((database) => CURATED_DATABASE.test(knownString(database.props, ["name"]) ?? ""));
}

/** A name that is not known yet is decided by what it comes from. */
function measures(ruleset: StackResource, table: StackResource): Verdict {
  const parts = [
    same(ruleset, ["targetTable", "tableName"], table, ["name"]),
    same(ruleset, ["targetTable", "databaseName"], table, ["databaseName"]),
  ];
  if (parts.includes("no")) return "no";
  const comesFromTable = (ruleset.propertyDependencies.targetTable ?? []).some(
    ({ urn }) => urn === table.urn,
  );
  return comesFromTable || !parts.includes("unknown") ? "yes" : "unknown";
}

function same(ruleset: StackResource, target: Path, table: StackResource, own: Path): Verdict {
  const [named, is] = [read(ruleset.props, target), read(table.props, own)];
  if (named.state === "unknown" || is.state === "unknown") return "unknown";
  return named.state === "known" && is.state === "known" && named.value === is.value ? "yes" : "no";
}
