/** Rulesets of Glue Data Quality: the contracts' rules about the curated tables. */
import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { dqdlRuleset } from "../../contract/dqdl";
import type { DataSet, QualityRule } from "../../contract/model";
import type { AwsContext } from "../context";
import type { TablePlace } from "./catalogue";

type Severity = QualityRule["severity"];

const SEVERITIES: readonly Severity[] = ["error", "warning"];

/** Names of a data set's rulesets; none of a severity without rules. */
export function rulesetNames({ names }: AwsContext, dataSet: DataSet): Partial<Record<Severity, string>> {
  const { domain, name } = dataSet;
  return Object.fromEntries(
    SEVERITIES.filter((severity) => dqdlRuleset(dataSet, severity) !== undefined).map((severity) => [
      severity,
      names.of("glue", domain, name, ...(severity === "warning" ? ["warnings"] : [])),
    ]),
  );
}

/** One ruleset a curated table and severity. They cost nothing until they are evaluated. */
export function createQualityRulesets(
  name: string,
  context: AwsContext,
  places: readonly TablePlace[],
  tables: ReadonlyMap<string, aws.glue.CatalogTable>,
  parent: pulumi.Resource,
): void {
  for (const { dataSet, zone } of places.filter((place) => place.zone === "curated")) {
    const table = tables.get(`${zone}.${dataSet.id}`)!;
    for (const [severity, rulesetName] of Object.entries(rulesetNames(context, dataSet))) {
      new aws.glue.DataQualityRuleset(
        `${name}-${dataSet.id}-${severity}`,
        {
          name: rulesetName,
          description: `Rules of ${dataSet.id}, contract ${dataSet.version}, severity ${severity}`,
          ruleset: dqdlRuleset(dataSet, severity as Severity)!,
          targetTable: { databaseName: table.databaseName, tableName: table.name },
          tags: { ...context.tags },
        },
        { parent },
      );
    }
  }
}
