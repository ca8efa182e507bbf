import * as pulumi from "@pulumi/pulumi";
import { checkArguments, checkNumber } from "../../arguments";
import { alarmEmailChecks } from "../../email";
import { LIMITS } from "../../limits";
import { principalProblems } from "../../principal";
import type { AwsContext } from "../context";
import type { DataLake } from "../data-lake";
import type { EncryptionKeys } from "../foundation/encryption-keys";
import type { Runner } from "../spark-cluster/run-rights";
import { claimAccount, claimProblem } from "./account-claim";
import { createHumanRoles, type HumanRoles } from "./human-roles";
import { createLakeFormation, GET_DATA, STEWARDSHIP } from "./lake-formation";
import { createMacie } from "./macie";

export interface GovernanceArgs {
  readonly lake: DataLake;
  readonly keys: EncryptionKeys;
  /** What runs the Spark jobs: `SparkCluster` or `GlueEtl`. */
  readonly spark: Runner;
  /** ARNs of the roles and users who may build tables and start runs; without any, the account's IAM decides. @default [] */
  readonly engineers?: readonly string[];
  /** ARNs of the roles and users who look after the catalogue; without any, the account's IAM decides. @default [] */
  readonly stewards?: readonly string[];
  /** ARNs of the roles and users who may put failed records back; without any, the account's IAM decides. @default [] */
  readonly redrivers?: readonly string[];
  /** Whether a relational database takes streams: what it could not write is put back too. @default false */
  readonly consumed?: boolean;
  /**
   * Governs the account and region: Lake Formation's settings, tags and grants, and Macie. One stack of an account may. The lake
   * must have `columnGrants`, or analysts read past the grants.
   * @default false
   */
  readonly accountWide?: boolean;
  /** ARNs of Lake Formation's administrators, the deploying role among them; `accountWide` needs them. @default [] */
  readonly lakeAdmins?: readonly string[];
  /** Percent of the open zone's objects that Macie looks into each week. @default 10 */
  readonly macieSamplePercent?: number;
  /** E-mail addresses that are told of Macie's findings. @default [] */
  readonly alarmEmails?: readonly string[];
}

/**
 * Who may do what with the open zone, beside the analysts: the roles `engineer` and `steward`. Neither reads landing, uses a
 * key of the closed zone or passes a role. The role `redriver` reads what failed of streams, in clear, and puts it back there.
 * In one stack of an account also Lake Formation, with grants by column, and Macie.
 *
 * Idle cost: none; `accountWide` 0.10 USD a month for each bucket of the account, and 1.00 USD for each GB that Macie looks
 * into (Macie pricing, worked examples of us-east-1, 2026-10). Lake Formation is free of charge.
 * Break glass: with `accountWide` off again, everybody reads by IAM alone, as before.
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
    const { engineers = [], stewards = [], redrivers = [], consumed = false } = args;
    const { lakeAdmins = [], alarmEmails = [], accountWide = false } = args;
    const { lake, keys, macieSamplePercent = 10 } = args;
    checkArguments("Governance", name, [
      ...principalProblems("engineers", engineers),
      ...principalProblems("stewards", stewards),
      ...principalProblems("redrivers", redrivers),
      ...principalProblems("lakeAdmins", lakeAdmins),
      ...alarmEmailChecks(alarmEmails),
      checkNumber("macieSamplePercent", args.macieSamplePercent, LIMITS.samplePercent),
      ...(accountWide ? accountProblems(context, lake, lakeAdmins) : []),
    ]);
    this.roles = createHumanRoles(
      name,
      context,
      { ...args, engineers, stewards, redrivers, consumed, ...(accountWide ? GOVERNED : BY_IAM) },
      this,
    );
    if (accountWide) {
      const claim = claimAccount(name, context, this);
      createLakeFormation(name, context, { lake, roles: this.roles, admins: lakeAdmins, claim }, this);
      createMacie(
        `${name}-macie`,
        context,
        { lake, keys, samplePercent: macieSamplePercent, emails: alarmEmails, claim },
        this,
      );
    }
    this.registerOutputs({
      roles: {
        engineer: this.roles.engineer.readyArn,
        steward: this.roles.steward.readyArn,
        redriver: this.roles.redriver?.readyArn,
      },
    });
  }
}

/** Rights that come with Lake Formation. */
const GOVERNED = { stewardship: [STEWARDSHIP], engineering: [GET_DATA] };
const BY_IAM = { stewardship: [], engineering: [] };

function accountProblems(
  context: AwsContext,
  lake: DataLake,
  lakeAdmins: readonly string[],
): (string | undefined)[] {
  return [
    lakeAdmins.length > 0
      ? undefined
      : "lakeAdmins: is empty; name Lake Formation's administrators, the role that deploys among them, or leave out accountWide",
    lake.columnGrants
      ? undefined
      : "lake: lets analysts read objects past Lake Formation's grants; give it columnGrants: true",
    claimProblem(context),
  ];
}
