import { examine, oneOf } from "../model/expectation";
import { knownString, read, readIndices } from "../model/reading";
import { naru } from "../model/references";
import { undecided, violation, type Finding, type Resource, type ResourceRule } from "../model/rule";
import { EMR_SERVERLESS_APPLICATION, GLUE_JOB } from "../model/types";

const CODEC = "spark.sql.parquet.compression.codec";
const FIX =
  `Set \`${CODEC}\` to snappy: in the \`spark-defaults\` classification of an EMR Serverless application, or in the ` +
  "`--conf` default argument of a Glue job.";

/** Spark writes Snappy by its engine's settings, so that no job can forget it. Engines other than Spark pass. */
export const sparkOutputFormat: ResourceRule = {
  name: "spark-output-format",
  group: "storage-format",
  scope: "resource",
  severity: "medium",
  description: "Spark engines and jobs compress Parquet with Snappy.",
  framework: naru("storage format", "Spark writes Parquet compressed with Snappy"),
  remediation: FIX,
  url: "https://docs.aws.amazon.com/emr/latest/EMR-Serverless-UserGuide/default-configs.html",
  types: [EMR_SERVERLESS_APPLICATION, GLUE_JOB],
  check(resource) {
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
