/** What the roles of a stack may do to its buckets and streams, as far as a preview knows. */
import { concernsAction, covers, readPolicyDocument, type Statement } from "../model/policy-document";
import { knownString, readIndices, UNKNOWN } from "../model/reading";
import type { Stack, StackResource } from "../model/stack";
import { BUCKET, POLICY, ROLE_POLICY, ROLE_POLICY_ATTACHMENT, STREAM } from "../model/types";
import { strongest, type Verdict } from "../model/verdict";

/** A document that grants a role something, and the resource properties it was built from. */
interface Grant {
  readonly statements: readonly Statement[];
  /** Buckets and streams that holes in the document can stand for. */
  readonly sources: readonly StackResource[];
  /** The document as a whole is not known. */
  readonly unknown: boolean;
}

/** The actions that move data out of and into a bucket or stream; a replication rule's role has names of its own. */
const ACTIONS: Readonly<Record<"read" | "write", Readonly<Record<string, readonly string[]>>>> = {
  read: {
    [BUCKET]: ["s3:GetObject", "s3:GetObjectVersion", "s3:GetObjectVersionForReplication"],
    [STREAM]: ["kinesis:GetRecords"],
  },
  write: { [BUCKET]: ["s3:PutObject", "s3:ReplicateObject"], [STREAM]: ["kinesis:PutRecord"] },
};

/** AWS's own policies that open every bucket. */
const OPEN_ALL = /:policy\/(AdministratorAccess|PowerUserAccess|AmazonS3FullAccess)$/;

const EVERYTHING: Statement = {
  effect: "Allow",
  actions: ["*"],
  notActions: [],
  resources: ["*"],
  notResources: [],
  principals: [],
  hasNotPrincipal: false,
  conditions: [],
};

export class RoleGrants {
  private readonly grants: readonly Grant[];

  constructor(
    private readonly stack: Stack,
    role: StackResource,
  ) {
    this.grants = [
      ...this.inline(role),
      ...stack.attached(role, ROLE_POLICY, "role").map((policy) => this.grant(policy, ["policy"])),
      ...stack
        .attached(role, ROLE_POLICY_ATTACHMENT, "role")
        .flatMap((attachment) => this.attachment(attachment)),
    ];
  }

  /** Whether the role may read (get) or write (put) data in `target`. */
  allows(way: keyof typeof ACTIONS, target: StackResource): Verdict {
    const actions = ACTIONS[way][target.type] ?? [];
    const verdicts = this.grants.flatMap((grant) => {
      if (grant.unknown) return grant.sources.includes(target) ? (["unknown"] as const) : [];
      return grant.statements
        .filter((statement) => statement.effect !== "Deny")
        .filter((statement) => actions.some((action) => concernsAction(statement, action)))
        .map((statement) => reaches(statement, target, grant.sources));
    });
    return strongest(verdicts);
  }

  private inline(role: StackResource): Grant[] {
    const indices = readIndices(role.props, ["inlinePolicies"]);
    return (indices.state === "known" ? indices.value : []).map((index) =>
      this.grant(role, ["inlinePolicies", index, "policy"]),
    );
  }

  private attachment(attachment: StackResource): Grant[] {
    const arn = knownString(attachment.props, ["policyArn"]);
    if (arn !== undefined && OPEN_ALL.test(arn))
      return [{ statements: [EVERYTHING], sources: [], unknown: false }];
    const link = this.stack.link(attachment, ["policyArn"], POLICY);
    return link.state === "absent" ? [] : link.resources.map((policy) => this.grant(policy, ["policy"]));
  }

  private grant(owner: StackResource, path: readonly (string | number)[]): Grant {
    const document = readPolicyDocument(owner, path);
    const property = String(path[0]);
    return {
      statements: document.state === "known" ? document.statements : [],
      sources: [BUCKET, STREAM].flatMap((type) => this.stack.sources(owner, property, type)),
      unknown: document.state === "unknown",
    };
  }
}

function reaches(statement: Statement, target: StackResource, sources: readonly StackResource[]): Verdict {
  if (statement.notResources.length > 0) {
    const spared = statement.notResources.some((entry) => entry !== UNKNOWN && names(entry, target));
    return spared ? "no" : "yes";
  }
  const verdicts = statement.resources.map((entry): Verdict => {
    if (entry !== UNKNOWN) return names(entry, target) ? "yes" : "no";
    if (!sources.includes(target)) return "no";
    return sources.filter((source) => source.type === target.type).length === 1 ? "yes" : "unknown";
  });
  return strongest(verdicts);
}

/** Whether an ARN pattern covers objects of a bucket, or a stream. */
function names(pattern: string, target: StackResource): boolean {
  if (pattern === "*") return true;
  if (target.type === STREAM) {
    const name = knownString(target.props, ["name"]);
    const [, , service, , , ...rest] = pattern.split(":");
    return name !== undefined && covers(service ?? "", "kinesis") && covers(rest.join(":"), `stream/${name}`);
  }
  const bucket = knownString(target.props, ["bucket"]);
  const [, path] = /^arn:[^:]+:s3:::(.+)$/.exec(pattern) ?? [];
  if (bucket === undefined || path === undefined) return false;
  const slash = path.indexOf("/");
  // `bucket/*` covers objects; `bucket*` does too, as `*` runs over the slash; `bucket` alone covers none.
  return slash >= 0 ? covers(path.slice(0, slash), bucket) : covers(path, `${bucket}/object`);
}
