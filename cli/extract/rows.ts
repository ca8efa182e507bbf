/** Rows of a query, page by page, no more of them than are asked for. */
import { setTimeout as sleep } from "node:timers/promises";
import {
  type AthenaClient,
  type ColumnInfo,
  GetQueryExecutionCommand,
  GetQueryResultsCommand,
  StartQueryExecutionCommand,
} from "@aws-sdk/client-athena";

const POLL_MS = 200;
/** Athena API, `GetQueryResults`: rows of a page at most. */
const PAGE = 1000;

export type Row = readonly (string | null)[];

export interface Asked {
  /** By which CloudTrail and Athena's history name the query. */
  readonly id: string;
  readonly columns: readonly ColumnInfo[];
  readonly pages: AsyncIterable<readonly Row[]>;
}

/** @throws Error with Athena's reason when the query fails. */
export async function ask(athena: AthenaClient, workgroup: string, sql: string): Promise<Asked> {
  const started = await athena.send(
    new StartQueryExecutionCommand({ QueryString: sql, WorkGroup: workgroup }),
  );
  const id = started.QueryExecutionId!;
  await ended(athena, id);
  const first = await page(athena, id);
  return { id, columns: first.columns, pages: pages(athena, id, first) };
}

async function ended(athena: AthenaClient, id: string): Promise<void> {
  for (;;) {
    const { QueryExecution } = await athena.send(new GetQueryExecutionCommand({ QueryExecutionId: id }));
    const { State, StateChangeReason } = QueryExecution!.Status!;
    if (State === "SUCCEEDED") return;
    if (State === "FAILED" || State === "CANCELLED") {
      throw new Error(
        `Athena: query ${id} ${State.toLowerCase()}: ${StateChangeReason ?? "no reason given"}`,
      );
    }
    await sleep(POLL_MS);
  }
}

interface Page {
  readonly columns: readonly ColumnInfo[];
  readonly rows: readonly Row[];
  readonly next?: string;
}

async function page(athena: AthenaClient, QueryExecutionId: string, NextToken?: string): Promise<Page> {
  const { ResultSet, NextToken: next } = await athena.send(
    new GetQueryResultsCommand({ QueryExecutionId, NextToken, MaxResults: PAGE }),
  );
  const rows = ResultSet!.Rows!.map(({ Data }) => Data!.map(({ VarCharValue }) => VarCharValue ?? null));
  return { columns: ResultSet!.ResultSetMetadata!.ColumnInfo!, rows, next };
}

async function* pages(athena: AthenaClient, id: string, first: Page): AsyncGenerator<readonly Row[]> {
  // Athena's first row of a SELECT repeats the columns' names.
  yield first.rows.slice(1);
  for (let next = first.next; next !== undefined;) {
    const following = await page(athena, id, next);
    yield following.rows;
    next = following.next;
  }
}
