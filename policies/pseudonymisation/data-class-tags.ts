import { ismsP } from "../model/references";
import { undecided, violation, type Finding, type Resource, type ResourceRule } from "../model/rule";
import { tag } from "../model/stack";
import { DATA_CLASS, DATA_CLASSES, ZONE, ZONES } from "../model/tags";
import {
  BUCKET,
  DATABASE,
  DATABASE_CLUSTER,
  KAFKA_CLUSTER,
  KAFKA_SERVERLESS_CLUSTER,
  STREAM,
} from "../model/types";

/** Logs tell who came from where, and when: personal data too, and nothing for those who analyse. */
const CLOSED_CLASSES: readonly string[] = ["raw-pii", "logs"];

const FIX = `Tag it \`${DATA_CLASS}\` (${DATA_CLASSES.join(" | ")}) and \`${ZONE}\` (${ZONES.join(" | ")}); ${CLOSED_CLASSES.join(" and ")} are closed.`;

/** Buckets, streams, brokers and databases say what they hold and on which side of the line they stand; clear personal data and logs are closed. */
export const dataClassTags: ResourceRule = {
  name: "data-class-tags",
  group: "pseudonymisation",
  scope: "resource",
  severity: "high",
  description:
    "What holds data is tagged with its data class and zone; raw personal data and logs are closed.",
  framework: ismsP("2.1.3", "Information assets are classified and handled by their class (정보자산 관리)"),
  remediation: FIX,
  types: [BUCKET, STREAM, KAFKA_CLUSTER, KAFKA_SERVERLESS_CLUSTER, DATABASE, DATABASE_CLUSTER],
  check(resource) {
    const findings = [...checkTag(resource, DATA_CLASS, DATA_CLASSES), ...checkTag(resource, ZONE, ZONES)];
    const dataClass = tag(resource, DATA_CLASS);
    const zone = tag(resource, ZONE);
    const leaks =
      dataClass.state === "known" &&
      CLOSED_CLASSES.includes(dataClass.value) &&
      zone.state === "known" &&
      zone.value === "open";
    return leaks
      ? [...findings, violation(resource, "It holds raw personal data or logs in the open zone.", FIX)]
      : findings;
  },
};

function checkTag(resource: Resource, key: string, allowed: readonly string[]): Finding[] {
  const found = tag(resource, key);
  if (found.state === "unknown") return [undecided(resource, `The tag ${key}`, FIX)];
  if (found.state === "absent") return [violation(resource, `The tag ${key} is missing.`, FIX)];
  return allowed.includes(found.value)
    ? []
    : [violation(resource, `The tag ${key} has none of its values.`, FIX)];
}
