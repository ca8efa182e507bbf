import { examine, oneOf } from "../model/expectation";
import { DATA_BREW_HOLDERS, dataBrewJobs, isObject } from "../model/data-brew";
import { knownString, read, readIndices } from "../model/reading";
import { naru } from "../model/references";
import { undecided, violation, type Finding, type Resource, type ResourceRule } from "../model/rule";
import { EMR_SERVERLESS_APPLICATION, GLUE_JOB } from "../model/types";

const CODEC = "spark.sql.parquet.compression.codec";
const FIX =
  `Set \`${CODEC}\` to snappy: in the \`spark-defaults\` classification of an EMR Serverless application, or in the ` +
  "`--conf` default argument of a Glue job.";
const DATA_BREW_FIX = "Give each output of a DataBrew job `Format: PARQUET` and `CompressionFormat: SNAPPY`.";

/**
 * Spark writes Snappy by its engine's settings, so that no job can forget it; DataBrew's jobs, Spark too, say it for each
 * output. Engines other than Spark pass.
 */
export const sparkOutputFormat: ResourceRule = {
  name: "spark-output-format",
  group: "storage-format",
  scope: "resource",
  severity: "medium",
  description: "Spark engines and jobs, DataBrew's too, compress Parquet with Snappy.",
  framework: naru("storage format", "Spark writes Parquet compressed with Snappy"),
  remediation: FIX,
  url: "https://docs.aws.amazon.com/emr/latest/EMR-Serverless-UserGuide/default-configs.html",
  types: [EMR_SERVERLESS_APPLICATION, GLUE_JOB, ...DATA_BREW_HOLDERS],
  check(resource) {
    if (DATA_BREW_HOLDERS.includes(resource.type)) return checkDataBrew(resource);
    return resource.type === GLUE_JOB ? checkGlueJob(resource) : checkApplication(resource);
  },
};

function checkApplication(application: Resource): Finding[] {
  const engine = knownString(application.props, ["type"]);
  if (engine !== undefined && engine.toLowerCase() !== "spark") return [];
  const configurations = readIndices(application.props, ["runtimeConfigurations"]);
  if (configurations.state === "unknown") return [undecided(application, "runtimeConfigurations", FIX)];
  if (configurations.state !== "known") {
    return [violation(application, "runtimeConfigurations is missing or no list.", FIX)];
  }
  const defaults = configurations.value.find(
    (index) =>
      knownString(application.props, ["runtimeConfigurations", index, "classification"]) === "spark-defaults",
  );
  if (defaults === undefined) {
    return [violation(application, "runtimeConfigurations has no spark-defaults classification.", FIX)];
  }
  return examine(application, {
    path: ["runtimeConfigurations", defaults, "properties", CODEC],
    accepts: oneOf("snappy"),
    must: "must be snappy",
    fix: FIX,
  });
}

/** Glue takes several Spark settings in one `--conf` argument, each behind a `--conf` of its own. */
function checkGlueJob(job: Resource): Finding[] {
  const command = knownString(job.props, ["command", "name"]);
  if (command === "pythonshell") return [];
  const path = ["nonOverridableArguments", "defaultArguments"]
    .map((property) => [property, "--conf"])
    .find((candidate) => read(job.props, candidate).state !== "absent");
  return examine(job, {
    path: path ?? ["defaultArguments", "--conf"],
    accepts: (value) =>
      typeof value === "string" &&
      value.split(/\s+/).some((setting) => setting.toLowerCase() === `${CODEC}=snappy`),
    must: `must hold ${CODEC}=snappy`,
    fix: FIX,
  });
}

/** A profile writes a report and no table; a database has its own format. */
function checkDataBrew(resource: Resource): Finding[] {
  const held = dataBrewJobs(resource);
  if (held.state === "unknown") return [undecided(resource, held.property, DATA_BREW_FIX)];
  return held.jobs.flatMap(({ place, properties }) => {
    const outputs = Array.isArray(properties.Outputs) ? properties.Outputs : [];
    const catalogued =
      Array.isArray(properties.DataCatalogOutputs) && properties.DataCatalogOutputs.length > 0;
    return [
      ...outputs.flatMap((output: unknown, at) =>
        isObject(output) &&
        oneOf("PARQUET", "GLUEPARQUET")(output.Format) &&
        oneOf("SNAPPY")(output.CompressionFormat)
          ? []
          : [violation(resource, `${place}.Outputs[${at}] must be PARQUET with SNAPPY.`, DATA_BREW_FIX)],
      ),
      // Such outputs can't say a format (DataCatalogOutput of the DataBrew API reference).
      ...(catalogued
        ? [violation(resource, `${place}.DataCatalogOutputs says no format; write Outputs.`, DATA_BREW_FIX)]
        : []),
    ];
  });
}
