/** What the roles of a stack may do to its buckets and streams, as far as a preview knows. */
import { isClosedBelow } from "../model/closed-prefix";
import { concernsAction, covers, type Entry, type Statement } from "../model/policy-document";
import { knownString, UNKNOWN } from "../model/reading";
import { documentsOf, type RoleDocument } from "../model/role-documents";
import type { Stack, StackResource } from "../model/stack";
import { BUCKET, ROLE_POLICY_ATTACHMENT, STREAM } from "../model/types";
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

const UNBOUNDED: Grant = {
  statements: [
    {
      effect: "Allow",
      actions: ["*"],
      notActions: [],
      resources: ["*"],
      notResources: [],
      principals: [],
      hasNotPrincipal: false,
      conditions: [],
    },
  ],
  sources: [],
  unknown: false,
};

export class RoleGrants {
  private readonly grants: readonly Grant[];
  private readonly ways = new Map<Grant, Map<string, readonly Statement[]>>();

  constructor(
    private readonly stack: Stack,
    role: StackResource,
  ) {
    this.grants = [
      ...documentsOf(stack, role).map((each) => this.grant(each)),
      ...(stack.attached(role, ROLE_POLICY_ATTACHMENT, "role").some(opensAll) ? [UNBOUNDED] : []),
    ];
  }

  /** Whether the role may read (get) or write (put) data in `target`; what it puts where a bucket is closed counts for nothing. */
  allows(way: keyof typeof ACTIONS, target: StackResource): Verdict {
    const verdicts = this.grants.flatMap((grant) => {
      if (grant.unknown) return grant.sources.includes(target) ? (["unknown"] as const) : [];
      return this.allowing(grant, way, target.type).map((statement) =>
        way === "write"
          ? this.writes(statement, target, grant.sources)
          : reaches(statement, target, grant.sources),
      );
    });
    return strongest(verdicts);
  }

  /** The statements of a grant that allow a way to what is of a type: found once, asked for each target. */
  private allowing(grant: Grant, way: keyof typeof ACTIONS, type: string): readonly Statement[] {
    const ways = this.ways.get(grant) ?? new Map<string, readonly Statement[]>();
    this.ways.set(grant, ways);
    const actions = ACTIONS[way][type] ?? [];
    const statements =
      ways.get(`${way} ${type}`) ??
      grant.statements.filter(
        (statement) =>
          statement.effect !== "Deny" && actions.some((action) => concernsAction(statement, action)),
      );
    ways.set(`${way} ${type}`, statements);
    return statements;
  }

  private writes(statement: Statement, target: StackResource, sources: readonly StackResource[]): Verdict {
    if (target.type !== BUCKET) return reaches(statement, target, sources);
    const reach = (closed: Verdict) =>
      reaches(
        {
          ...statement,
          resources: statement.resources.filter((entry) => this.closed(entry, target) === closed),
        },
        target,
        sources,
      );
    return strongest([reach("no"), reach("unknown") === "no" ? "no" : "unknown"]);
  }

  /** Whether a pattern reaches nothing of the bucket but what its policy closes. */
  private closed(entry: Entry, bucket: StackResource): Verdict {
    // In a bucket's name a wildcard runs over the slash, and so anywhere.
    const [, path] = entry === UNKNOWN ? [] : (/^arn:[^:]+:s3:::[^/*?]+\/([^*?]+)/.exec(entry) ?? []);
    return path === undefined ? "no" : isClosedBelow(this.stack, bucket, path);
  }

  private grant({ document, owner, property }: RoleDocument): Grant {
    return {
      statements: document.state === "known" ? document.statements : [],
      sources: [BUCKET, STREAM].flatMap((type) => this.stack.sources(owner, property, type)),
      unknown: document.state === "unknown",
    };
  }
}

function opensAll(attachment: StackResource): boolean {
  const arn = knownString(attachment.props, ["policyArn"]);
  return arn !== undefined && OPEN_ALL.test(arn);
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
