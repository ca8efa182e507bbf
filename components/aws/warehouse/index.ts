import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { Warehouse as WarehouseOffer } from "../../platform";
import type { AwsContext } from "../context";
import type { DataLake } from "../data-lake";
import { warehouseStatements } from "./statements";

export interface WarehouseArgs {
  readonly lake: DataLake;
}

/**
 * SQL over the lake: the CTAS statements that build derived tables, saved in the transform workgroup.
 *
 * Idle cost: none; 5 USD for each TB that a statement scans (Athena pricing, 2026-11).
 */
export class Warehouse extends pulumi.ComponentResource implements WarehouseOffer {
  readonly statements: Readonly<Record<string, pulumi.Output<string>>>;
  /** Name of each statement to the folder that it fills. */
  readonly locations: Readonly<Record<string, string>>;

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
    this.registerOutputs({ statements: this.statements });
  }
}
