import { read, type Path } from "../model/reading";
import { fsbp } from "../model/references";
import { undecided, violation, type Finding, type StackRule } from "../model/rule";
import { settingIn, wholeNumber } from "../model/setting";
import type { StackResource } from "../model/stack";
import { SECRET, SECRET_ROTATION } from "../model/types";
import { strongest, type Verdict } from "../model/verdict";

const DAYS = wholeNumber("days", "Most days between two rotations of a secret.", 90, 1);

const FIX =
  "Give the secret an `aws.secretsmanager.SecretRotation` with `rotationRules.automaticallyAfterDays`, or let the service keep it " +
  "(`manageMasterUserPassword` of RDS rotates by itself).";

/** A secret that leaked is worth little for long. */
export const secretRotation: StackRule = {
  name: "secret-rotation",
  group: "operations",
  scope: "stack",
  severity: "medium",
  description: "Secrets rotate, within 90 days by default.",
  framework: fsbp("SecretsManager.1", "Secrets Manager secrets have automatic rotation enabled"),
  remediation: FIX,
  url: "https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotating-secrets.html",
  settings: [DAYS],
  check(stack, configuration) {
    const days = settingIn(configuration, DAYS);
    return stack.ofType(SECRET).flatMap((secret): Finding[] => {
      const rotations = stack.attached(secret, SECRET_ROTATION, "secretId");
      switch (strongest(rotations.map((rotation) => isOften(rotation, days)))) {
        case "yes":
          return [];
        case "unknown":
          return [undecided(secret, "How often it rotates", FIX)];
        case "no":
          return [violation(secret, "It does not rotate within the rule's setting days.", FIX)];
      }
    });
  },
};

function isOften(rotation: StackResource, days: number): Verdict {
  const after = daysAt(rotation, ["rotationRules", "automaticallyAfterDays"]);
  if (after !== "absent") return after === "unknown" ? after : within(after, days);
  const schedule = read(rotation.props, ["rotationRules", "scheduleExpression"]);
  if (schedule.state === "unknown") return "unknown";
  if (schedule.state !== "known" || typeof schedule.value !== "string") return "no";
  const [, number, unit] = /^rate\((\d+) (hour|day)s?\)$/.exec(schedule.value) ?? [];
  // Expressions of cron come round once a year at the latest, and mostly each month: a person looks.
  return number === undefined ? "unknown" : within(Number(number) / (unit === "hour" ? 24 : 1), days);
}

function within(actual: number, days: number): Verdict {
  return actual > 0 && actual <= days ? "yes" : "no";
}

function daysAt(rotation: StackResource, path: Path): number | "unknown" | "absent" {
  const reading = read(rotation.props, path);
  if (reading.state === "unknown") return "unknown";
  if (reading.state !== "known") return "absent";
  return typeof reading.value === "number" ? reading.value : 0;
}
