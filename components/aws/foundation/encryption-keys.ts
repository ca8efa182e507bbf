import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { checkArguments } from "../../arguments";
import type { Contracts } from "../../contract/model";
import { principalProblems } from "../../principal";
import { iamArn, TAG, type AwsContext } from "../context";
import { pseudonymiserArns, pseudonymiserRole, reidentifierRole } from "./crossing-roles";
import {
  dataKeyPolicy,
  lakeKeyPolicy,
  landingKeyPolicy,
  logKeyPolicy,
  pseudonymKeyPolicy,
  reidentificationKeyPolicy,
} from "./key-policy";

/** One key per domain, so that who may read one domain's data holds no key to another's. */
export type KeyDomain = "landing" | "lake" | "stream" | "logs" | "pseudonym" | "reidentification";

export interface EncryptionKeysArgs {
  /** Data sets of the stack: the functions of their streams are among those that make pseudonyms. */
  readonly contracts: Contracts;
  /**
   * ARNs of the roles and users who administer the keys; without any, the account's IAM decides. They manage keys and use
   * none. The role that deploys must be among them: KMS refuses a policy that locks its own author out.
   * @default []
   */
  readonly admins?: readonly string[];
  /** ARNs of roles beside the platform's own that may make pseudonyms, such as the shipper's. @default [] */
  readonly pseudonymisers?: readonly string[];
}

const PURPOSE: Record<KeyDomain, string> = {
  landing: "Data as it arrives, personal values in clear (closed zone)",
  lake: "Raw and curated tables and query results (open zone)",
  stream: "Events between producers and stores (closed zone)",
  logs: "Log groups, audit records, alarms",
  pseudonym: "Pseudonyms: epoch keys by GenerateMac",
  reidentification: "What turns pseudonyms back (closed zone)",
};

/**
 * The platform's KMS keys. Rotated yearly, except the HMAC key, which KMS can't rotate: pseudonyms rotate by epoch.
 *
 * Who manages a key does not thereby use it. Two keys answer named roles only, whatever IAM grants: the one that makes
 * pseudonyms, and the one of what turns them back.
 * Idle cost: 1 USD a month and key (KMS pricing, 2026-11).
 * Break glass: an administrator changes the key's policy, which shows in the audit trail.
 *
 * @throws ArgumentError with every wrong argument.
 */
export class EncryptionKeys extends pulumi.ComponentResource {
  /** ARNs of those who administer the keys, who deploys among them; none: the account's IAM decides. */
  readonly admins: readonly string[];

  private readonly keys: Readonly<Record<KeyDomain, aws.kms.Key>>;

  constructor(
    name: string,
    private readonly context: AwsContext,
    args: EncryptionKeysArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("naru:aws:EncryptionKeys", name, {}, opts);
    const admins = args.admins ?? [];
    const pseudonymisers = args.pseudonymisers ?? [];
    checkArguments("EncryptionKeys", name, [
      ...principalProblems("admins", admins),
      ...principalProblems("pseudonymisers", pseudonymisers),
    ]);
    this.admins = admins;
    const { names, identity } = context;
    const closed = [pseudonymiserRole(names), reidentifierRole(names)];
    const policies: Record<KeyDomain, aws.iam.PolicyDocument> = {
      landing: landingKeyPolicy(context, { admins }),
      lake: lakeKeyPolicy(context, { admins }),
      stream: dataKeyPolicy(context, { admins }),
      logs: logKeyPolicy(context, { admins }),
      pseudonym: pseudonymKeyPolicy(context, {
        admins,
        users: [...pseudonymiserArns(context, args.contracts), ...pseudonymisers],
      }),
      reidentification: reidentificationKeyPolicy(context, {
        admins,
        users: closed.map((role) => iamArn(identity, `role/${role}`)),
      }),
    };
    const make = (domain: KeyDomain) => this.make(`${name}-${domain}`, domain, policies[domain]);
    this.keys = {
      landing: make("landing"),
      lake: make("lake"),
      stream: make("stream"),
      logs: make("logs"),
      pseudonym: make("pseudonym"),
      reidentification: make("reidentification"),
    };
    this.registerOutputs({
      arns: Object.fromEntries(Object.entries(this.keys).map(([d, key]) => [d, key.arn])),
    });
  }

  /** ARN of a domain's key, as encryption settings and policies take it. */
  arn(domain: KeyDomain): pulumi.Output<string> {
    return this.keys[domain].arn;
  }

  private make(name: string, domain: KeyDomain, policy: aws.iam.PolicyDocument): aws.kms.Key {
    const { context } = this;
    const hmac = domain === "pseudonym";
    const key = new aws.kms.Key(
      name,
      {
        description: PURPOSE[domain],
        ...(hmac
          ? { keyUsage: "GENERATE_VERIFY_MAC", customerMasterKeySpec: "HMAC_256" }
          : { enableKeyRotation: true }),
        // KMS waits 7 to 30 days; the longest, because a lost key is lost data.
        deletionWindowInDays: 30,
        policy: JSON.stringify(policy),
        tags: { ...context.tags, [TAG.role]: `key-${domain}` },
      },
      { parent: this, protect: context.protectData, retainOnDelete: context.protectData },
    );
    new aws.kms.Alias(
      name,
      { name: `alias/${context.names.of("keyAlias", domain)}`, targetKeyId: key.keyId },
      { parent: this },
    );
    return key;
  }
}
