/** The setting `naru:tables`: tables of databases that become drops of sets of CSV files. */
import { z } from "zod";
import { isImportable } from "../table-import";
import { sourceOf, standsInNetwork } from "./connections";
import type { Given } from "./fields";
import { listSetting } from "./list";
import { networkOf } from "../network";

const table = z.strictObject({
  dataSet: z.string(),
  connection: z.string(),
  table: z.string(),
  partitionColumn: z.string().optional(),
  partitions: z.number().optional(),
  fetchSize: z.number().optional(),
  authority: z.string().optional(),
  schedule: z.string().optional(),
});

/** One table as a stack's configuration names it. */
export type TableSetting = Readonly<z.output<typeof table>>;

/** Structure only: whether values go together, the component says, all at once too. */
export const tablesSetting = listSetting<TableSetting>(
  {
    item: table,
    forms: {
      dataSet: "the id of a set of CSV files, e.g. music.artists",
      connection: "a name of naru:connections",
      table: "a table or view, e.g. public.artists",
      partitionColumn: "a column of whole numbers",
      partitions: "a number",
      fetchSize: "a number of rows",
      authority: "a file of the project with the certificate of the server's authority (PEM)",
      schedule: "Glue's cron in UTC, e.g. cron(0 16 * * ? *)",
    },
    check: () => [],
  },
  "a list of tables, each with dataSet, connection and table",
);

/** Tables are imported by Glue, over a connection of the stack that stands where its jobs do. */
export function tableContradictions(given: Partial<Given>, namespace: string): string[] {
  const tables = given.tables ?? [];
  if (tables.length > 0 && given.etl !== "glue") {
    return [
      `${namespace}:tables: are imported before Glue's curation, but ${namespace}:etl is ${given.etl ?? "emr-serverless"}. ` +
        `Fix: pulumi config set ${namespace}:etl glue`,
    ];
  }
  const connections = given.connections ?? [];
  const fitting = connections.filter((one) => isImportable(sourceOf(one))).map(({ name }) => name);
  const known =
    fitting.length === 0
      ? "name one there first, of kind JDBC, of PostgreSQL or MySQL, with TLS"
      : `write ${fitting.join(" or ")}`;
  return tables.flatMap(({ connection }, at) => {
    const place = `${namespace}:tables[${at}].connection`;
    const found = connections.find(({ name }) => name === connection);
    if (found === undefined) {
      return [`${place}: is "${connection}", which ${namespace}:connections does not name; ${known}`];
    }
    if (!fitting.includes(connection)) {
      return [
        `${place}: is "${connection}", which is no database of PostgreSQL or MySQL by JDBC over TLS; ${known}`,
      ];
    }
    return networkOf(given) !== "none" && !standsInNetwork(found, given)
      ? [
          `${place}: is "${connection}", which stands outside of the network that jobs stand in; leave inNetwork out of it`,
        ]
      : [];
  });
}
