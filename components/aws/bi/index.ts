import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { availableDashboards, chartSql, type Dashboard } from "../../../dashboards";
import type { BI as BIOffer } from "../../platform";
import type { AwsContext } from "../context";
import type { DataLake } from "../data-lake";

export interface BIArgs {
  readonly lake: DataLake;
  /** Definitions; those whose databases the lake lacks are left out. */
  readonly dashboards: readonly Dashboard[];
}

/**
 * Dashboards, as far as that is cheap: each chart is a saved query in the analysts' workgroup, which a person runs in
 * Athena's console and the local page draws. Limits, key and result location are the workgroup's.
 *
 * Idle cost: none.
 */
export class BI extends pulumi.ComponentResource implements BIOffer {
  readonly dashboards: Readonly<Record<string, pulumi.Output<string>>>;

  constructor(name: string, _context: AwsContext, args: BIArgs, opts?: pulumi.ComponentResourceOptions) {
    super("naru:aws:BI", name, {}, opts);
    const databases = args.lake.databases();
    const { available } = availableDashboards(args.dashboards, databases);
    const save = (dashboard: Dashboard, chart: Dashboard["charts"][number]) =>
      new aws.athena.NamedQuery(
        `${name}-${dashboard.id}-${chart.id}`,
        {
          name: `${dashboard.id} / ${chart.id}`,
          description: chart.title.en,
          database: Object.values(databases)[0]!,
          workgroup: args.lake.workgroups.analysts.name,
          query: chartSql(dashboard, chart, databases),
        },
        { parent: this },
      ).id;
    this.dashboards = Object.fromEntries(
      available.map((dashboard) => [
        dashboard.id,
        pulumi.all(dashboard.charts.map((chart) => save(dashboard, chart))).apply((ids) => ids.join(",")),
      ]),
    );
    this.registerOutputs({ dashboards: this.dashboards });
  }
}
