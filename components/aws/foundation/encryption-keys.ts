import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { arnOf, iamArn, TAG, type AwsContext } from "../context";

/** One key per domain, so that who may read one domain's data holds no key to another's. */
export type KeyDomain = "landing" | "lake" | "stream" | "logs" | "pseudonym";

const PURPOSE: Record<KeyDomain, string> = {
  landing: "Data as it arrives, personal values in clear (closed zone)",
  lake: "Raw and curated tables and query results (open zone)",
  stream: "Events between producers and stores (closed zone)",
  logs: "Log groups",
  pseudonym: "Pseudonyms: epoch keys by GenerateMac",
};

/**
 * The platform's KMS keys. Rotated yearly, except the HMAC key, which KMS can't rotate: pseudonyms rotate by epoch.
 *
 * Idle cost: 1 USD a month and key (KMS pricing, 2026-11).
 */
export class EncryptionKeys extends pulumi.ComponentResource {
  private readonly keys: Readonly<Record<KeyDomain, aws.kms.Key>>;

  constructor(name: string, context: AwsContext, opts?: pulumi.ComponentResourceOptions) {
    super("naru:aws:EncryptionKeys", name, {}, opts);
    const make = (domain: KeyDomain) => this.make(`${name}-${domain}`, domain, context);
    this.keys = {
      landing: make("landing"),
      lake: make("lake"),
      stream: make("stream"),
      logs: make("logs"),
      pseudonym: make("pseudonym"),
    };
    this.registerOutputs({
      arns: Object.fromEntries(Object.entries(this.keys).map(([d, key]) => [d, key.arn])),
    });
  }

  /** ARN of a domain's key, as encryption settings and policies take it. */
  arn(domain: KeyDomain): pulumi.Output<string> {
    return this.keys[domain].arn;
  }

  private make(name: string, domain: KeyDomain, context: AwsContext): aws.kms.Key {
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
        policy: JSON.stringify(keyPolicy(domain, context)),
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

/** The account decides by IAM who uses a key; only the logs service is named here, as it can't be by IAM. */
function keyPolicy(domain: KeyDomain, { identity }: AwsContext): aws.iam.PolicyDocument {
  const byIam: aws.iam.PolicyStatement = {
    Sid: "AccountDecidesByIam",
    Effect: "Allow",
    Principal: { AWS: iamArn(identity, "root") },
    Action: "kms:*",
    Resource: "*",
  };
  if (domain !== "logs") return { Version: "2012-10-17", Statement: [byIam] };
  const byLogs: aws.iam.PolicyStatement = {
    Sid: "LogGroupsOfThisAccount",
    Effect: "Allow",
    Principal: { Service: `logs.${identity.region}.amazonaws.com` },
    Action: ["kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:DescribeKey"],
    Resource: "*",
    Condition: { ArnLike: { "kms:EncryptionContext:aws:logs:arn": arnOf(identity, "logs", "*") } },
  };
  return { Version: "2012-10-17", Statement: [byIam, byLogs] };
}
