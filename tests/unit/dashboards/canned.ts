/** Dashboards' databases and a query engine with few, hostile rows, for tests of what is done with answers. */
import type { Databases, Query } from "../../../dashboards";

export const DATABASES: Databases = { "curated.lms": "lms", "curated.music": "music", "curated.ops": "ops" };

/** A course title as somebody might type it to break out of the page. */
export const HOSTILE = `</script><script>alert("당신")</script><img src=x onerror=alert(1)>`;

/** Answers any chart's statement with one row in the columns that the statement names. */
export const cannedQuery: Query = async (sql) => {
  const selected = sql.slice("select ".length, sql.indexOf("\nfrom (")).split(", ");
  const names = selected.map((each) => /"([^"]+)"$/.exec(each)?.[1]).filter((name) => name !== undefined);
  return {
    columns: names.map((name) => ({ name, type: "varchar" })),
    rows: [names.map((name) => (name === "value" ? "1234567" : HOSTILE))],
  };
};
