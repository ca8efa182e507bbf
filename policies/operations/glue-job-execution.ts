import { examine, oneOf, type Expectation } from "../model/expectation";
import { knownString } from "../model/reading";
import { fsbp } from "../model/references";
import type { ResourceRule } from "../model/rule";
import { GLUE_JOB } from "../model/types";

const FIX =
  'Run the job as `glueetl` or `gluestreaming` on Glue 4.0 or later; a streaming job with `executionClass: "STANDARD"`.';
const OLDEST_VERSION = 4;

const COMMAND: Expectation = {
  path: ["command", "name"],
  accepts: oneOf("glueetl", "gluestreaming"),
  // The provider's default is glueetl.
  absentIsRight: true,
  must: "must be glueetl or gluestreaming: the platform's settings of Spark reach no Python shell and no Ray",
  fix: FIX,
};

const VERSION: Expectation = {
  path: ["glueVersion"],
  accepts: (value) =>
    typeof value === "string" && /^\d+\.\d+$/.test(value) && Number(value) >= OLDEST_VERSION,
  must: `must be ${OLDEST_VERSION}.0 or later`,
  fix: FIX,
};

const STREAMING: Expectation = {
  path: ["executionClass"],
  accepts: oneOf("STANDARD"),
  absentIsRight: true,
  must: "must be STANDARD for a streaming job: Flex runs on spare capacity, which Glue may take back",
  fix: FIX,
};

/** Jobs of Glue run on a supported Spark, and streaming ones on capacity that stays. */
export const glueJobExecution: ResourceRule = {
  name: "glue-job-execution",
  group: "operations",
  scope: "resource",
  severity: "medium",
  description: "Jobs of Glue are Spark on Glue 4.0 or later; streaming ones are not Flex.",
  framework: fsbp("Glue.4", "AWS Glue Spark jobs should run on supported versions of AWS Glue"),
  remediation: FIX,
  url: "https://docs.aws.amazon.com/glue/latest/dg/add-job.html",
  types: [GLUE_JOB],
  check(job) {
    const isStreaming = oneOf("gluestreaming")(knownString(job.props, ["command", "name"]));
    return [COMMAND, VERSION, ...(isStreaming ? [STREAMING] : [])].flatMap((expectation) =>
      examine(job, expectation),
    );
  },
};
