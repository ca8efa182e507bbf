/** Rebuilds the warehouse's derived tables from their saved CTAS statements, as the transform role. */
import type { CloudClients } from "../endpoints";
import { AthenaWorkgroup } from "./athena";
import { deleteBelow } from "./objects";
import { parseS3Uri, type PlatformOutputs } from "./outputs";

export interface BuiltTable {
  readonly table: string;
  readonly rows: number;
}

/**
 * Drops, empties and builds each table: CTAS refuses a table that exists and a folder with files.
 * @param transform clients of the transform role.
 */
export async function rebuildTables(
  transform: CloudClients,
  outputs: PlatformOutputs,
): Promise<BuiltTable[]> {
  const workgroup = new AthenaWorkgroup(transform.athena, outputs.workgroups.transform);
  const built: BuiltTable[] = [];
  for (const [table, id] of Object.entries(outputs.statements)) {
    const sql = await workgroup.saved(id);
    const qualified = /CREATE TABLE ("[^"]+"\."[^"]+")/.exec(sql)?.[1];
    if (qualified === undefined) throw new Error(`The saved statement ${table} is no CREATE TABLE`);
    const { bucket, key } = parseS3Uri(outputs.statementLocations[table]!);
    // Hive DDL quotes names with back ticks, unlike CTAS and SELECT.
    await workgroup.execute(`DROP TABLE IF EXISTS ${qualified.replaceAll('"', "`")}`);
    await deleteBelow(transform.s3, bucket, key);
    await workgroup.execute(sql);
    const { rows } = await workgroup.query(`SELECT count(*) FROM ${qualified}`);
    built.push({ table, rows: Number(rows[0]![0]) });
  }
  return built;
}
