/** What IAM policies allow, statement by statement, whatever resource holds them. */
import { show } from "./expectation";
import { readPolicyDocument, type Statement } from "./policy-document";
import { readIndices, type Path } from "./reading";
import { undecided, type Finding, type Resource } from "./rule";
import { GROUP_POLICY, POLICY, ROLE, ROLE_POLICY, USER_POLICY } from "./types";

/** Types that hold documents of rights, roles inline. */
export const RIGHTS_HOLDERS: readonly string[] = [ROLE, ROLE_POLICY, USER_POLICY, GROUP_POLICY, POLICY];

/**
 * @param judge is given a statement, and how messages call it. Missing and malformed documents are what `iam-actions` finds.
 * @returns its findings, and what is not known yet as undecided.
 */
export function judgeRights(
  resource: Resource,
  fix: string,
  judge: (statement: Statement, subject: string) => Finding[],
): Finding[] {
  const judgeDocument = (path: Path): Finding[] => {
    const document = readPolicyDocument(resource, path);
    if (document.state === "unknown") return [undecided(resource, show(path), fix)];
    if (document.state !== "known") return [];
    return document.statements.flatMap((statement, at) =>
      judge(statement, `Statement ${at + 1} of ${show(path)}`),
    );
  };
  if (resource.type !== ROLE) return judgeDocument(["policy"]);
  const inline = readIndices(resource.props, ["inlinePolicies"]);
  if (inline.state === "unknown") return [undecided(resource, "inlinePolicies", fix)];
  const indices = inline.state === "known" ? inline.value : [];
  return indices.flatMap((index) => judgeDocument(["inlinePolicies", index, "policy"]));
}
