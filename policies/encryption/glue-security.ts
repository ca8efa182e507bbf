import { ismsP } from "../model/references";
import { undecided, violation, type Finding, type StackRule } from "../model/rule";
import { CRAWLER, GLUE_JOB, GLUE_SECURITY_CONFIGURATION } from "../model/types";

const FIX =
  "Name the stack's `SecurityConfiguration` in `securityConfiguration`: logs, bookmarks and spill are encrypted by it.";

/** Work of Glue leaves logs, bookmarks and temporary files: a security configuration encrypts them with the platform's key. */
export const glueSecurity: StackRule = {
  name: "glue-security",
  group: "encryption",
  scope: "stack",
  severity: "high",
  description: "Jobs and crawlers of Glue have a security configuration of the stack.",
  framework: ismsP("2.7.1", "Personal and important data is encrypted (암호정책 적용)"),
  remediation: FIX,
  url: "https://docs.aws.amazon.com/glue/latest/dg/encryption-security-configuration.html",
  check(stack) {
    return stack.ofType(GLUE_JOB, CRAWLER).flatMap((work): Finding[] => {
      const link = stack.link(work, ["securityConfiguration"], GLUE_SECURITY_CONFIGURATION);
      if (link.state === "absent") return [violation(work, "It has no security configuration.", FIX)];
      if (link.resources.length > 0) return [];
      return link.state === "possible"
        ? [undecided(work, "securityConfiguration", FIX)]
        : [violation(work, "Its security configuration is none of the stack's.", FIX)];
    });
  },
};
