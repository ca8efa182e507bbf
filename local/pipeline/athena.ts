/** Runs SQL in a workgroup and reads its rows, as whoever the client's credentials say. */
import { setTimeout as sleep } from "node:timers/promises";
import {
  GetNamedQueryCommand,
  GetQueryExecutionCommand,
  GetQueryResultsCommand,
  StartQueryExecutionCommand,
  type AthenaClient,
} from "@aws-sdk/client-athena";
import type { QueryResult } from "../../dashboards";

const POLL_MS = 40;
const PAGE = 1000;

export class AthenaWorkgroup {
  constructor(
    private readonly athena: AthenaClient,
    private readonly workgroup: string,
  ) {}

  /**
   * @param values SQL literals in the places of `?`, of the statement or of the prepared one that it executes.
   * @throws Error with Athena's reason when the query fails.
   */
  async query(sql: string, values: readonly string[] = []): Promise<QueryResult> {
    return this.results(await this.run(sql, values));
  }

  /** Runs a statement for its effect; resolves with the bytes it scanned. */
  async execute(sql: string, values: readonly string[] = []): Promise<number> {
    return (await this.run(sql, values)).scannedBytes;
  }

  /** Text of a saved query. */
  async saved(id: string): Promise<string> {
    const { NamedQuery } = await this.athena.send(new GetNamedQueryCommand({ NamedQueryId: id }));
    return NamedQuery!.QueryString!;
  }

  private async run(sql: string, values: readonly string[]): Promise<{ id: string; scannedBytes: number }> {
    const { QueryExecutionId: id } = await this.athena.send(
      new StartQueryExecutionCommand({
        QueryString: sql,
        WorkGroup: this.workgroup,
        // Athena refuses an empty list.
        ...(values.length > 0 && { ExecutionParameters: [...values] }),
      }),
    );
    for (;;) {
      const { QueryExecution } = await this.athena.send(
        new GetQueryExecutionCommand({ QueryExecutionId: id }),
      );
      const { State, StateChangeReason } = QueryExecution!.Status!;
      if (State === "SUCCEEDED") {
        return { id: id!, scannedBytes: QueryExecution!.Statistics?.DataScannedInBytes ?? 0 };
      }
      if (State === "FAILED" || State === "CANCELLED") {
        throw new Error(`Athena: ${State}: ${StateChangeReason ?? "no reason given"}\n${sql}`);
      }
      await sleep(POLL_MS);
    }
  }

  private async results({ id }: { id: string }): Promise<QueryResult> {
    const rows: (string | null)[][] = [];
    let columns: QueryResult["columns"] = [];
    let NextToken: string | undefined;
    do {
      const page = await this.athena.send(
        new GetQueryResultsCommand({ QueryExecutionId: id, NextToken, MaxResults: PAGE }),
      );
      columns = page.ResultSet!.ResultSetMetadata!.ColumnInfo!.map(({ Name, Type }) => ({
        name: Name!,
        type: Type!,
      }));
      rows.push(
        ...page.ResultSet!.Rows!.map(({ Data }) => Data!.map(({ VarCharValue }) => VarCharValue ?? null)),
      );
      NextToken = page.NextToken;
    } while (NextToken !== undefined);
    // Athena's first row of a SELECT repeats the columns' names.
    return { columns, rows: rows.slice(1) };
  }
}
