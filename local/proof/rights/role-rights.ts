/** The rights of a role on the local cloud, and the same without one of them. */
import {
  GetRolePolicyCommand,
  ListRolePoliciesCommand,
  PutRolePolicyCommand,
  type IAMClient,
} from "@aws-sdk/client-iam";

interface Statement {
  readonly Effect: string;
  readonly Action: string | readonly string[];
}

/** Nobody is refused it (STS, "GetCallerIdentity"), so it grants nothing: for a policy that would have no statement. */
const NOTHING = { Effect: "Allow", Action: "sts:GetCallerIdentity", Resource: "*" };

export class RoleRights {
  private constructor(
    private readonly iam: IAMClient,
    readonly role: string,
    /** Policy documents by name, as the program made them. */
    private readonly policies: ReadonlyMap<string, { readonly Statement: readonly Statement[] }>,
  ) {}

  static async of(iam: IAMClient, RoleName: string): Promise<RoleRights> {
    const { PolicyNames = [] } = await iam.send(new ListRolePoliciesCommand({ RoleName }));
    const policies = new Map<string, { readonly Statement: readonly Statement[] }>();
    for (const PolicyName of PolicyNames) {
      const { PolicyDocument } = await iam.send(new GetRolePolicyCommand({ RoleName, PolicyName }));
      policies.set(PolicyName, JSON.parse(decodeURIComponent(PolicyDocument!)));
    }
    return new RoleRights(iam, RoleName, policies);
  }

  /** Each action that it is granted, once. */
  get actions(): readonly string[] {
    const all = [...this.policies.values()].flatMap(({ Statement }) => Statement);
    return [...new Set(all.filter(({ Effect }) => Effect === "Allow").flatMap(actionsOf))].sort();
  }

  /** Takes an action away wherever it is granted, runs, and gives it back whatever comes. */
  async lacking<T>(action: string, run: () => Promise<T>): Promise<T> {
    const without = ({ Statement }: { readonly Statement: readonly Statement[] }) => {
      const left = Statement.map((one) => ({
        ...one,
        Action: actionsOf(one).filter((each) => each !== action),
      })).filter(({ Action }) => Action.length > 0);
      return { Version: "2012-10-17", Statement: left.length === 0 ? [NOTHING] : left };
    };
    try {
      for (const [name, policy] of this.policies) await this.put(name, without(policy));
      return await run();
    } finally {
      for (const [name, policy] of this.policies) await this.put(name, policy);
    }
  }

  private async put(PolicyName: string, policy: object): Promise<void> {
    const PolicyDocument = JSON.stringify(policy);
    await this.iam.send(new PutRolePolicyCommand({ RoleName: this.role, PolicyName, PolicyDocument }));
  }
}

function actionsOf({ Action }: Statement): readonly string[] {
  return typeof Action === "string" ? [Action] : Action;
}
