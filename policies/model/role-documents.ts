/** What a stack's own policies say of a role: inline, beside it, and attached to it. */
import { readPolicyDocument, type PolicyDocument } from "./policy-document";
import { readIndices, type Path } from "./reading";
import type { Stack, StackResource } from "./stack";
import { POLICY, ROLE_POLICY, ROLE_POLICY_ATTACHMENT } from "./types";

export interface RoleDocument {
  readonly document: PolicyDocument;
  /** The resource that holds the document, and its property: what holes in the document come from. */
  readonly owner: StackResource;
  readonly property: string;
}

/** AWS's policies are not among them: a plan holds their ARNs only. */
export function documentsOf(stack: Stack, role: StackResource): readonly RoleDocument[] {
  const known = DOCUMENTS.get(stack) ?? new Map<StackResource, readonly RoleDocument[]>();
  DOCUMENTS.set(stack, known);
  const documents = known.get(role) ?? gather(stack, role);
  known.set(role, documents);
  return documents;
}

/** Several rules ask for every role. */
const DOCUMENTS = new WeakMap<Stack, Map<StackResource, readonly RoleDocument[]>>();

function gather(stack: Stack, role: StackResource): RoleDocument[] {
  const inline = readIndices(role.props, ["inlinePolicies"]);
  const attached = stack.attached(role, ROLE_POLICY_ATTACHMENT, "role").flatMap((attachment) => {
    const link = stack.link(attachment, ["policyArn"], POLICY);
    return link.state === "absent" ? [] : link.resources;
  });
  return [
    ...(inline.state === "known" ? inline.value : []).map((index) =>
      documentAt(role, ["inlinePolicies", index, "policy"]),
    ),
    ...stack.attached(role, ROLE_POLICY, "role").map((policy) => documentAt(policy, ["policy"])),
    ...attached.map((policy) => documentAt(policy, ["policy"])),
  ];
}

function documentAt(owner: StackResource, path: Path): RoleDocument {
  return { document: readPolicyDocument(owner, path), owner, property: String(path[0]) };
}
