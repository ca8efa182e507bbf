import { knownString, read, type Reading } from "../model/reading";
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
    const targets = stack.ofType(QUALITY_RULESET).map(targetOf);
    return stack
      .ofType(CATALOG_TABLE)
      .filter(
        (table) => isCurated(stack, table) && knownString(table.props, ["tableType"]) !== "VIRTUAL_VIEW",
      )
      .flatMap((table) => {
        switch (measured(table, targets)) {
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

/** What a ruleset measures: read once, compared with each table. */
interface Target {
  readonly names: readonly Reading<unknown>[];
  /** URNs of what its target comes from. */
  readonly sources: readonly string[];
}

function targetOf({ props, propertyDependencies }: StackResource): Target {
  return {
    names: ["tableName", "databaseName"].map((name) => read(props, ["targetTable", name])),
    sources: (propertyDependencies.targetTable ?? []).map(({ urn }) => urn),
  };
}

/** Whether one of the rulesets measures the table. A name that is not known yet is decided by what it comes from. */
function measured({ props, urn }: StackResource, targets: readonly Target[]): Verdict {
  const own = ["name", "databaseName"].map((name) => read(props, [name]));
  return strongest(
    targets.map(({ names, sources }): Verdict => {
      const parts = names.map((named, part) => same(named, own[part]));
      if (parts.includes("no")) return "no";
      return sources.includes(urn) || !parts.includes("unknown") ? "yes" : "unknown";
    }),
  );
}

function same(named: Reading<unknown>, is: Reading<unknown>): Verdict {
  if (named.state === "unknown" || is.state === "unknown") return "unknown";
  return named.state === "known" && is.state === "known" && named.value === is.value ? "yes" : "no";
}
