/** Platforms that one mistake, one hour or one failure takes data from, and those that lack what stands beside others. */
import * as type from "../../policies/model/types";
import { ABSENT, changed, without } from "../unit/policies/evaluation";
import type { BrokenPlatform } from "./broken";
import { goodPlan, resource } from "./plan";

export const BROKEN_RESILIENCE: Readonly<Record<string, BrokenPlatform>> = {
  "production-protection": {
    title: "a stream that one command removes",
    at: "events",
    plan: () =>
      goodPlan().map((each) =>
        each.name === "events" ? { ...each, options: { ...each.options, protect: false } } : each,
      ),
  },
  "database-resilience": {
    title: "a database in one zone",
    at: "database",
    plan: () => changed(goodPlan(), "database", ["multiAz"], ABSENT),
  },
  "table-resilience": {
    title: "a table that one call deletes",
    at: "runs",
    plan: () => changed(goodPlan(), "runs", ["deletionProtectionEnabled"], ABSENT),
  },
  "key-admins-apart": {
    title: "an administrator who decrypts",
    at: "data",
    plan: () =>
      changed(
        goodPlan(),
        "data",
        ["policy"],
        JSON.stringify({
          Statement: [
            {
              ...{ Effect: "Allow", Action: ["kms:PutKeyPolicy", "kms:Decrypt"], Resource: "*" },
              Principal: { AWS: "arn:aws:iam::123456789012:role/key-admin" },
            },
          ],
        }),
      ),
  },
  "database-upgrades": {
    title: "a server that takes no patches",
    at: "server",
    plan: () => changed(goodPlan(), "server", ["autoMinorVersionUpgrade"], false),
  },
  "stream-retention": {
    title: "a stream that forgets in a day",
    at: "events",
    plan: () => changed(goodPlan(), "events", ["retentionPeriod"], ABSENT),
  },
  "bucket-versioning": {
    title: "a bucket that forgets what is overwritten",
    at: "raw",
    plan: () => without(goodPlan(), "raw-versioning"),
  },
  "bucket-lifecycle": {
    title: "a bucket that keeps unfinished uploads",
    at: "raw",
    plan: () => without(goodPlan(), "raw-lifecycle"),
  },
  "bucket-access-log": {
    title: "a bucket that writes down no request",
    at: "raw",
    plan: () => without(goodPlan(), "raw-logging"),
  },
  "managed-once": {
    title: "a bucket with two settings of its versions",
    at: "raw",
    plan: () => [
      ...goodPlan(),
      resource(type.BUCKET_VERSIONING, "more-versioning", {
        bucket: "plan-raw",
        versioningConfiguration: { status: "Enabled" },
      }),
    ],
  },
  "database-tls": {
    title: "a database that speaks in clear too",
    at: "parameters",
    plan: () => changed(goodPlan(), "parameters", ["parameters"], []),
  },
  "glue-security": {
    title: "a job without a security configuration",
    at: "job",
    plan: () => changed(goodPlan(), "job", ["securityConfiguration"], ABSENT),
  },
  "alarm-actions": {
    title: "an alarm that is switched off",
    at: "workflow-failed",
    plan: () => changed(goodPlan(), "workflow-failed", ["actionsEnabled"], false),
  },
  "function-failures": {
    title: "a function that loses what it fails on",
    at: "mapping",
    plan: () => changed(goodPlan(), "mapping", ["destinationConfig"], ABSENT),
  },
  "default-security-group": {
    title: "a network with AWS's default group",
    at: "network",
    plan: () => without(goodPlan(), "default-group"),
  },
  "flow-logs": {
    title: "a network that writes down nothing",
    at: "network",
    plan: () => without(goodPlan(), "flow-log"),
  },
  "function-runtimes": {
    title: "a function that nobody patches",
    at: "pseudonymise",
    plan: () => changed(goodPlan(), "pseudonymise", ["runtime"], "nodejs18.x"),
  },
  "service-logs": {
    title: "a state machine without a log",
    at: "workflow",
    plan: () => changed(goodPlan(), "workflow", ["loggingConfiguration"], ABSENT),
  },
  "secret-rotation": {
    title: "a secret that stays as it is",
    at: "secret",
    plan: () => without(goodPlan(), "rotation"),
  },
};
