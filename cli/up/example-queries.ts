/** Queries that the main job shows the first rows of, in Athena's SQL. */
import { storedColumns, type DataSet } from "../../components/contract/model";
import type { PlatformOutputs } from "../../local/pipeline/outputs";

export interface ExampleQuery {
  readonly title: string;
  readonly sql: string;
}

/** @param own the person's own data set, which is then queried first. */
export function exampleQueries({ databases }: PlatformOutputs, own?: DataSet): ExampleQuery[] {
  const lms = databases["curated.lms"];
  const sis = databases["curated.sis"];
  const music = databases["curated.music"];
  return [
    ...(own === undefined ? [] : [ownQuery(databases[`curated.${own.domain}`]!, own)]),
    {
      title: "Most viewed courses",
      sql:
        `SELECT c.title, sum(a.pageview_count) AS page_views, count(DISTINCT a.user_id) AS users\n` +
        `FROM "${lms}"."agg_pageview_count_by_user_course" a\n` +
        `JOIN "${lms}"."courses" c ON c.course_id = a.course_id\n` +
        `GROUP BY c.title ORDER BY page_views DESC LIMIT 3`,
    },
    {
      title: "Page views by department: stream and student register joined on the same pseudonym",
      sql:
        `SELECT s.department, count(*) AS page_views, count(DISTINCT r.user_id) AS users\n` +
        `FROM "${lms}"."requests" r\n` +
        `JOIN "${sis}"."students" s ON s.user_id = r.user_id\n` +
        `GROUP BY s.department ORDER BY page_views DESC LIMIT 3`,
    },
    {
      title: "Artists and their representative tracks",
      sql:
        `SELECT name, track_name, popularity_gap, round(median_acousticness, 3) AS median_acousticness,\n` +
        `       round(mean_danceability, 3) AS mean_danceability\n` +
        `FROM "${music}"."artist_master" ORDER BY popularity DESC, name LIMIT 3`,
    },
  ];
}

const SHOWN_COLUMNS = 6;

function ownQuery(database: string, own: DataSet): ExampleQuery {
  const columns = storedColumns(own)
    .slice(0, SHOWN_COLUMNS)
    .map(({ name }) => `"${name}"`);
  return {
    title: `Your ${own.id}, as an analyst sees it`,
    sql: `SELECT ${columns.join(", ")}\nFROM "${database}"."${own.name}"\nORDER BY 1 LIMIT 5`,
  };
}
