import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { Warehouse as WarehouseOffer } from "../../platform";
import type { AwsContext } from "../context";
import type { DataLake } from "../data-lake";
import { savedQueries } from "./saved-queries";
import { warehouseStatements } from "./statements";

export interface WarehouseArgs {
  readonly lake: DataLake;
}

/**
 * SQL over the lake. In the transform workgroup: the CTAS statements that build derived tables, and statements that make
 * external tables. In the analysts' workgroup: statistics to run as they are, and prepared statements that take values.
 * A query over data sets that the lake lacks is left out.
 *
 * Idle cost: none; 5 USD for each TB that a statement scans (Athena pricing, 2026-11).
 */
export class Warehouse extends pulumi.ComponentResource implements WarehouseOffer {
  readonly statements: Readonly<Record<string, pulumi.Output<string>>>;
  /** Name of each statement to the folder that it fills. */
  readonly locations: Readonly<Record<string, string>>;
  /** Name of each query saved for people to its id. */
  readonly queries: Readonly<Record<string, pulumi.Output<string>>>;
  /** Name of each prepared statement to what its values stand for, in their order. */
  readonly prepared: Readonly<Record<string, readonly string[]>>;

  constructor(
    name: string,
    _context: AwsContext,
    { lake }: WarehouseArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("naru:aws:Warehouse", name, {}, opts);
    const statements = warehouseStatements(lake, lake.nodes.buckets.curated.name);
    this.statements = Object.fromEntries(
      statements.map((statement) => [
        statement.name,
        new aws.athena.NamedQuery(
          `${name}-${statement.name}`,
          {
            name: statement.name,
            description: statement.description,
            database: statement.database,
            workgroup: lake.workgroups.transform.name,
            query: statement.sql,
          },
          { parent: this, dependsOn: [...lake.nodes.tables.values()] },
        ).id,
      ]),
    );
    this.locations = Object.fromEntries(statements.map((statement) => [statement.name, statement.location]));
    const saved = savedQueries(lake);
    const options = { parent: this, dependsOn: [...lake.nodes.tables.values()] };
    const takesValues = saved.filter(({ parameters }) => parameters.length > 0);
    this.queries = Object.fromEntries(
      saved
        .filter((query) => !takesValues.includes(query))
        .map(({ name: query, description, database, workgroup, sql }) => [
          query,
          new aws.athena.NamedQuery(
            `${name}-${query}`,
            { name: query, description, database, workgroup: lake.workgroups[workgroup].name, query: sql },
            options,
          ).id,
        ]),
    );
    for (const { name: query, description, workgroup, parameters, sql } of takesValues) {
      new aws.athena.PreparedStatement(
        `${name}-${query}`,
        {
          name: query,
          description: `${description}; values: ${parameters.join(", ")}`,
          workgroup: lake.workgroups[workgroup].name,
          queryStatement: sql,
        },
        options,
      );
    }
    this.prepared = Object.fromEntries(takesValues.map(({ name: query, parameters }) => [query, parameters]));
    this.registerOutputs({ statements: this.statements, queries: this.queries });
  }
}
