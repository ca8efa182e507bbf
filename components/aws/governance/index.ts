import * as pulumi from "@pulumi/pulumi";
import { checkArguments } from "../../arguments";
import { isPrincipalArn, PRINCIPAL_FORM } from "../../principal";
import type { AwsContext } from "../context";
import type { DataLake } from "../data-lake";
import type { EncryptionKeys } from "../foundation/encryption-keys";
import type { SparkCluster } from "../spark-cluster";
import { createHumanRoles, type HumanRoles } from "./human-roles";

export interface GovernanceArgs {
  readonly lake: DataLake;
  readonly keys: EncryptionKeys;
  readonly spark: SparkCluster;
  /** ARNs of the roles and users who may build tables and start runs; without any, the account's IAM decides. @default [] */
  readonly engineers?: readonly string[];
  /** ARNs of the roles and users who look after the catalogue; without any, the account's IAM decides. @default [] */
  readonly stewards?: readonly string[];
}

/**
 * Who may do what with the open zone, beside the analysts: the roles `engineer` and `steward`. Neither reads landing, uses a
 * key of the closed zone or passes a role.
 *
 * Idle cost: none.
 *
 * @throws ArgumentError with every wrong argument.
 */
export class Governance extends pulumi.ComponentResource {
  readonly roles: HumanRoles;

  constructor(
    name: string,
    context: AwsContext,
    args: GovernanceArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("naru:aws:Governance", name, {}, opts);
    const { engineers = [], stewards = [] } = args;
    checkArguments("Governance", name, [
      ...principals("engineers", engineers),
      ...principals("stewards", stewards),
    ]);
    this.roles = createHumanRoles(name, context, { ...args, engineers, stewards, stewardship: [] }, this);
    this.registerOutputs({
      roles: { engineer: this.roles.engineer.readyArn, steward: this.roles.steward.readyArn },
    });
  }
}

function principals(argument: string, arns: readonly string[]): (string | undefined)[] {
  return arns.map((arn, at) =>
    isPrincipalArn(arn) ? undefined : `${argument}[${at}]: is "${arn}"; write ${PRINCIPAL_FORM}`,
  );
}
