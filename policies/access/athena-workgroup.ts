import { examine, show } from "../model/expectation";
import { read } from "../model/reading";
import { naru } from "../model/references";
import { undecided, violation, type Finding, type StackRule } from "../model/rule";
import { tag, type Stack, type StackResource } from "../model/stack";
import { ROLE as ROLE_TAG } from "../model/tags";
import { ROLE, WORKGROUP } from "../model/types";
import { mayQuery } from "./query-rights";

const ENFORCED = ["configuration", "enforceWorkgroupConfiguration"] as const;
const LIMIT = ["configuration", "bytesScannedCutoffPerQuery"] as const;
const ENGINE = ["configuration", "engineVersion", "selectedEngineVersion"] as const;

/** Tag of the workgroup that writes tables to places of their own, which an enforced one refuses. */
const OPEN_WORKGROUP = "transform";
/** Tags of the roles that build tables. */
const BUILDERS: readonly string[] = [OPEN_WORKGROUP, "engineer"];

/** Athena refuses a smaller limit: 10 MB (API reference, `WorkGroupConfiguration`). */
const SMALLEST_LIMIT = 10_000_000;

const FIX =
  "Set `enforceWorkgroupConfiguration: true` and `bytesScannedCutoffPerQuery`; tag the one workgroup that builds tables by " +
  `CTAS \`${ROLE_TAG}: ${OPEN_WORKGROUP}\`, and let only roles with the tag ${BUILDERS.map((each) => `\`${each}\``).join(" or ")} query in it.`;

/**
 * In an enforced workgroup results lie where the platform says, and a query that scans too much is stopped. That results are
 * encrypted, `kms-encryption` asks.
 */
export const athenaWorkgroup: StackRule = {
  name: "athena-workgroup",
  group: "access",
  scope: "stack",
  severity: "medium",
  description:
    "Athena workgroups enforce their settings and a scan limit; only table builders have one that does not.",
  framework: naru("query limits", "People's queries end in the platform's place, and at a limit"),
  remediation: FIX,
  url: "https://docs.aws.amazon.com/athena/latest/ug/workgroups-settings-override.html",
  check(stack) {
    return stack.ofType(WORKGROUP).flatMap((workgroup) => {
      const enforced = read(workgroup.props, ENFORCED);
      if (enforced.state === "known" && enforced.value === false) return checkOpen(stack, workgroup);
      return [
        // The provider's default is to enforce.
        ...examine(workgroup, {
          path: ENFORCED,
          accepts: (value) => value === true,
          absentIsRight: true,
          must: "must be true, or false and the workgroup the builders'",
          fix: FIX,
        }),
        ...checkLimit(workgroup),
      ];
    });
  },
};

/** Spark's sessions scan without a limit of bytes: they cost by the hour. */
function checkLimit(workgroup: StackResource): Finding[] {
  const engine = read(workgroup.props, ENGINE);
  if (engine.state === "known" && typeof engine.value === "string" && /spark/i.test(engine.value)) return [];
  const findings = examine(workgroup, {
    path: LIMIT,
    accepts: (value) => typeof value === "number" && value >= SMALLEST_LIMIT,
    must: "must be a number of bytes, 10 MB or more",
    fix: FIX,
  });
  return findings.length > 0 && engine.state === "unknown"
    ? [undecided(workgroup, show(ENGINE), FIX)]
    : findings;
}

function checkOpen(stack: Stack, workgroup: StackResource): Finding[] {
  const purpose = tag(workgroup, ROLE_TAG);
  if (purpose.state === "unknown") return [undecided(workgroup, `The tag ${ROLE_TAG}`, FIX)];
  if (purpose.state === "absent" || purpose.value !== OPEN_WORKGROUP)
    return [violation(workgroup, `${show(ENFORCED)} is false, and it is not the builders'.`, FIX)];
  return stack
    .ofType(ROLE)
    .filter((role) => !isBuilder(role))
    .flatMap((role): Finding[] => {
      const may = mayQuery(stack, role, workgroup);
      if (may === "no") return [];
      return may === "yes"
        ? [violation(role, "It may query in a workgroup that enforces nothing, and builds no tables.", FIX)]
        : [undecided(role, "Whether it may query in the workgroup that enforces nothing", FIX)];
    });
}

function isBuilder(role: StackResource): boolean {
  const purpose = tag(role, ROLE_TAG);
  return purpose.state === "known" && BUILDERS.includes(purpose.value);
}
