/** Folders of the lake's buckets that are no tables. */

/** Of raw: what delivery could not transform, still in clear; closed by the bucket's policy. */
export const ERRORS_PREFIX = "errors/";
/** Below a folder of failed records: those that went back to their stream. No domain's name begins so. */
export const REDRIVEN_FOLDER = "_redriven/";
/** Below a folder of failed records: what could not be delivered beside the lake. No domain's name begins so. */
export const DESTINATIONS_FOLDER = "_destinations/";
/** Of curated: where rows of open tables come from, without keys of landing; whole records stand in landing itself. */
export const LINEAGE_PREFIX = "lineage/";
/** Of landing: rows of tables on their way into one file, and reports of that. No domain's name begins so. */
export const IMPORTS_PREFIX = "_imports/";
/** Of landing: logs of the Spark jobs, which may tell of clear values. */
export const SPARK_LOGS_PREFIX = "logs/";
