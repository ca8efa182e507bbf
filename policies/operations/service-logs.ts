import { oneOf } from "../model/expectation";
import { read, type Path } from "../model/reading";
import { fsbp } from "../model/references";
import { undecided, violation, type Resource, type ResourceRule } from "../model/rule";
import { KAFKA_CLUSTER, KAFKA_CONNECTOR, STATE_MACHINE } from "../model/types";
import { strongest, weakest, type Verdict } from "../model/verdict";

const FIX =
  "Turn logs on and name a place for them: `loggingConfiguration` with a level and `logDestination` (state machines), " +
  "`logDelivery.workerLogDelivery` (connectors), `loggingInfo.brokerLogs` (Kafka clusters).";

const isTrue = (value: unknown) => value === true;

const WORKERS = ["logDelivery", "workerLogDelivery"] as const;
const BROKERS = ["loggingInfo", "brokerLogs"] as const;
const TARGETS = ["cloudwatchLogs", "firehose", "s3"];

/** Whether each type writes a log, as far as a preview knows. */
const LOGS: Readonly<Record<string, (resource: Resource) => Verdict>> = {
  [STATE_MACHINE]: (machine) =>
    weakest([
      holds(machine, ["loggingConfiguration", "level"], oneOf("ALL", "ERROR", "FATAL")),
      isNamed(machine, ["loggingConfiguration", "logDestination"]),
    ]),
  [KAFKA_CONNECTOR]: (connector) => anyTarget(connector, WORKERS),
  [KAFKA_CLUSTER]: (cluster) => anyTarget(cluster, BROKERS),
};

/** Whoever looks for the cause of a failure finds a record of it. */
export const serviceLogs: ResourceRule = {
  name: "service-logs",
  group: "operations",
  scope: "resource",
  severity: "medium",
  description: "State machines, Kafka clusters and their connectors write logs.",
  framework: fsbp("StepFunctions.1", "Step Functions state machines have logging turned on"),
  remediation: FIX,
  url: "https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html",
  types: Object.keys(LOGS),
  check(resource) {
    switch (LOGS[resource.type]!(resource)) {
      case "yes":
        return [];
      case "unknown":
        return [undecided(resource, "Whether it writes a log", FIX)];
      case "no":
        return [violation(resource, "It writes no log.", FIX)];
    }
  },
};

function anyTarget(resource: Resource, path: Path): Verdict {
  return strongest(TARGETS.map((target) => holds(resource, [...path, target, "enabled"], isTrue)));
}

function holds(resource: Resource, path: Path, accepts: (value: unknown) => boolean): Verdict {
  const reading = read(resource.props, path);
  if (reading.state === "unknown") return "unknown";
  return reading.state === "known" && accepts(reading.value) ? "yes" : "no";
}

/** A place that a preview does not know is one; what it stands in must be known. */
function isNamed(resource: Resource, path: Path): Verdict {
  if (read(resource.props, path.slice(0, -1)).state === "unknown") return "unknown";
  const reading = read(resource.props, path);
  if (reading.state === "unknown") return "yes";
  return reading.state === "known" && typeof reading.value === "string" && reading.value !== ""
    ? "yes"
    : "no";
}
