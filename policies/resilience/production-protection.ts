import { isProduction, PRODUCTION_STACKS } from "../model/production";
import { read } from "../model/reading";
import { naru } from "../model/references";
import { undecided, violation, type Finding, type ResourceRule } from "../model/rule";
import {
  BUCKET,
  DATABASE,
  DATABASE_CLUSTER,
  KAFKA_CLUSTER,
  KAFKA_SERVERLESS_CLUSTER,
  KEY,
  STREAM,
  TRAIL,
} from "../model/types";

const FIX =
  "Set the resource option `protect: true` (and `retainOnDelete: true`), and of a bucket `forceDestroy: false`; production's " +
  "data goes by two decisions, never by one command.";

/** What holds data, or without which data can't be read, or the records of who read it. */
const STATEFUL = [
  BUCKET,
  STREAM,
  KEY,
  DATABASE,
  DATABASE_CLUSTER,
  KAFKA_CLUSTER,
  KAFKA_SERVERLESS_CLUSTER,
  TRAIL,
];

/** Nothing that keeps data goes with one command in production. */
export const productionProtection: ResourceRule = {
  name: "production-protection",
  group: "resilience",
  scope: "resource",
  severity: "high",
  description: "What keeps data in production is protected from removal.",
  framework: naru("production data", "Data in production is removed by two decisions only"),
  remediation: FIX,
  url: "https://www.pulumi.com/docs/iac/concepts/resources/options/protect/",
  types: STATEFUL,
  settings: [PRODUCTION_STACKS],
  check(resource, configuration): Finding[] {
    if (!isProduction(resource, configuration)) return [];
    const force = read(resource.props, ["forceDestroy"]);
    const emptied =
      resource.type === BUCKET && !["absent", "unknown"].includes(force.state) && !isFalse(force);
    return [
      ...(resource.opts.protect ? [] : [violation(resource, "It is not protected.", FIX)]),
      ...(emptied ? [violation(resource, "forceDestroy must be false.", FIX)] : []),
      ...(resource.type === BUCKET && force.state === "unknown"
        ? [undecided(resource, "forceDestroy", FIX)]
        : []),
    ];
  },
};

function isFalse(reading: ReturnType<typeof read>): boolean {
  return reading.state === "known" && reading.value === false;
}
