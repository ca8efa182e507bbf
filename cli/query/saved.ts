/** What is saved in a workgroup: named queries and prepared statements. */
import {
  type AthenaClient,
  BatchGetNamedQueryCommand,
  GetPreparedStatementCommand,
  paginateListNamedQueries,
  paginateListPreparedStatements,
} from "@aws-sdk/client-athena";

export interface Saved {
  readonly name: string;
  readonly description: string;
  readonly sql: string;
  /** Whether values go with it. */
  readonly prepared: boolean;
}

/** Athena takes 50 ids in one BatchGetNamedQuery. */
const BATCH = 50;

/** All of them, by name. */
export async function savedIn(athena: AthenaClient, workgroup: string): Promise<Saved[]> {
  const ids: string[] = [];
  for await (const page of paginateListNamedQueries({ client: athena }, { WorkGroup: workgroup })) {
    ids.push(...(page.NamedQueryIds ?? []));
  }
  const saved: Saved[] = [];
  for (let at = 0; at < ids.length; at += BATCH) {
    const NamedQueryIds = ids.slice(at, at + BATCH);
    const { NamedQueries } = await athena.send(new BatchGetNamedQueryCommand({ NamedQueryIds }));
    for (const { Name, Description, QueryString } of NamedQueries ?? []) {
      saved.push({ name: Name!, description: Description ?? "", sql: QueryString!, prepared: false });
    }
  }
  for await (const page of paginateListPreparedStatements({ client: athena }, { WorkGroup: workgroup })) {
    for (const { StatementName } of page.PreparedStatements ?? []) {
      const { PreparedStatement } = await athena.send(
        new GetPreparedStatementCommand({ StatementName, WorkGroup: workgroup }),
      );
      const { Description, QueryStatement } = PreparedStatement!;
      saved.push({
        name: StatementName!,
        description: Description ?? "",
        sql: QueryStatement!,
        prepared: true,
      });
    }
  }
  return saved.sort((one, other) => (one.name < other.name ? -1 : 1));
}
