/** SQL that builds the warehouse's derived tables, in Athena's dialect. */
import type { DataSet } from "../../contract/model";
import type { DataLake } from "../data-lake";

/** One CREATE TABLE AS, as it is saved. */
export interface TableStatement {
  /** Name of the table it builds, and of the saved query. */
  readonly name: string;
  readonly description: string;
  readonly database: string;
  /** Where the table's files go; emptied before a rebuild, since CTAS refuses a folder with files. */
  readonly location: string;
  readonly sql: string;
}

/** Statements whose sources are among the lake's contracts; a lake without the example's domains has none of them. */
export function warehouseStatements(lake: DataLake, bucket: string): TableStatement[] {
  const find = (id: string) => lake.contracts.find((dataSet) => dataSet.id === id);
  const requests = find("lms.requests");
  const tracks = [find("music.artists"), find("music.top_tracks"), find("music.audio_features")];
  return [
    ...(requests === undefined ? [] : [pageViewsByUserCourse(lake, bucket, requests)]),
    ...(tracks.every((dataSet) => dataSet !== undefined) ? [trackMaster(lake, bucket, tracks)] : []),
  ];
}

/**
 * Page views by user, course and hour of the school's day, from the raw requests. Raw may repeat an event (streams
 * deliver at least once), so ids are counted, not rows.
 */
function pageViewsByUserCourse(lake: DataLake, bucket: string, requests: DataSet): TableStatement {
  const name = "agg_pageview_count_by_user_course";
  const source = lake.table(requests, "raw");
  const local = `occurred_at AT TIME ZONE 'UTC' AT TIME ZONE '${requests.timeZone}'`;
  const parts = ["year", "month", "day", "hour"];
  return ctas(lake, bucket, requests.domain, name, "Page views by user, course and hour", [
    `SELECT user_id, course_id,`,
    parts.map((part) => `       ${part}(${local}) AS timestamp_${part}`).join(",\n") + ",",
    `       count(DISTINCT id) AS pageview_count`,
    `FROM "${source.database}"."${source.table}"`,
    `GROUP BY user_id, course_id,`,
    parts.map((part) => `         ${part}(${local})`).join(",\n"),
  ]);
}

/** Artists, their top tracks and the tracks' audio features in one row per track, from the newest drop of each. */
function trackMaster(lake: DataLake, bucket: string, dataSets: readonly DataSet[]): TableStatement {
  const [artists, tracks, features] = dataSets.map((dataSet) => {
    const { database, table } = lake.table(dataSet, "curated");
    return `(SELECT * FROM "${database}"."${table}" WHERE dt = (SELECT max(dt) FROM "${database}"."${table}"))`;
  });
  return ctas(
    lake,
    bucket,
    "music",
    "track_master",
    "Artists, top tracks and audio features, one row per track",
    [
      `SELECT a.artist_id, a.name AS artist_name, a.genre, a.popularity AS artist_popularity, a.followers,`,
      `       t.track_id, t.name AS track_name, t.popularity AS track_popularity,`,
      `       f.acousticness, f.danceability, f.energy, f.tempo`,
      `FROM ${artists} a`,
      `JOIN ${tracks} t ON t.artist_id = a.artist_id`,
      `JOIN ${features} f ON f.track_id = t.track_id`,
    ],
  );
}

function ctas(
  lake: DataLake,
  bucket: string,
  domain: string,
  name: string,
  description: string,
  select: string[],
): TableStatement {
  const database = lake.database(domain, "curated");
  const location = `s3://${bucket}/${lake.folder({ domain, name })}`;
  const sql = [
    `CREATE TABLE "${database}"."${name}"`,
    `WITH (`,
    `  external_location = '${location}',`,
    `  format = 'PARQUET',`,
    `  parquet_compression = 'SNAPPY'`,
    `) AS`,
    ...select,
  ].join("\n");
  return { name, description, database, location, sql };
}
