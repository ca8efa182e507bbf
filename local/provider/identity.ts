import { CreateRoleCommand, PutRolePolicyCommand } from "@aws-sdk/client-iam";
import { CreateAliasCommand, CreateKeyCommand, EnableKeyRotationCommand } from "@aws-sdk/client-kms";
import {
  CreateLogGroupCommand,
  CreateLogStreamCommand,
  PutRetentionPolicyCommand,
} from "@aws-sdk/client-cloudwatch-logs";
import { withSessionArns } from "./principal-arns";
import { policyText, tagList, type Inputs, type ResourceTypes } from "./resource-type";

/** IAM, KMS and log groups: what everything else stands on. */
export const identityTypes: ResourceTypes = {
  "aws:kms/key:Key": {
    create: async (inputs, { kms }) => {
      const { KeyMetadata } = await kms.send(
        new CreateKeyCommand({
          Description: inputs.description,
          Policy: withSessionArns(inputs.policy),
          KeyUsage: inputs.keyUsage,
          KeySpec: inputs.customerMasterKeySpec,
          Tags: Object.entries((inputs.tags ?? {}) as Record<string, string>).map(([TagKey, TagValue]) => ({
            TagKey,
            TagValue,
          })),
        }),
      );
      const { KeyId, Arn } = KeyMetadata!;
      if (inputs.enableKeyRotation === true) await kms.send(new EnableKeyRotationCommand({ KeyId }));
      return { id: KeyId!, outputs: { keyId: KeyId, arn: Arn } };
    },
  },
  "aws:kms/alias:Alias": {
    create: async ({ name, targetKeyId }, { kms }) => {
      await kms.send(new CreateAliasCommand({ AliasName: name, TargetKeyId: targetKeyId }));
      return { id: name };
    },
  },
  "aws:iam/role:Role": {
    create: async (inputs, { iam, endpoints }) => {
      const { Role } = await iam.send(
        new CreateRoleCommand({
          RoleName: inputs.name,
          AssumeRolePolicyDocument: policyText(
            trustLocalServices(inputs.assumeRolePolicy, endpoints.accountId),
          ),
          MaxSessionDuration: inputs.maxSessionDuration,
          Tags: tagList(inputs.tags),
        }),
      );
      return { id: inputs.name, outputs: { arn: Role!.Arn, uniqueId: Role!.RoleId } };
    },
  },
  "aws:iam/rolePolicy:RolePolicy": {
    create: async ({ name, role, policy }, { iam }) => {
      await iam.send(
        new PutRolePolicyCommand({ RoleName: role, PolicyName: name, PolicyDocument: policyText(policy) }),
      );
      return { id: `${role}:${name}` };
    },
  },
  "aws:cloudwatch/logStream:LogStream": {
    create: async ({ name, logGroupName }, { logs }) => {
      await logs.send(new CreateLogStreamCommand({ logGroupName, logStreamName: name }));
      return { id: `${logGroupName}:${name}` };
    },
  },
  "aws:cloudwatch/logGroup:LogGroup": {
    create: async (inputs, { logs, endpoints }) => {
      const { name, kmsKeyId, retentionInDays, tags } = inputs;
      await logs.send(new CreateLogGroupCommand({ logGroupName: name, kmsKeyId, tags }));
      await logs.send(new PutRetentionPolicyCommand({ logGroupName: name, retentionInDays }));
      return {
        id: name,
        outputs: { arn: `arn:aws:logs:${endpoints.region}:${endpoints.accountId}:log-group:${name}` },
      };
    },
  },
};

/**
 * On AWS a service assumes its roles as itself. Naru's local services have no such identity: they assume them as the
 * local root, so a service role also trusts that one. What the role may then do is the program's policy, enforced.
 */
function trustLocalServices(trust: Inputs, accountId: string): Inputs {
  const statements = trust.Statement as Inputs[];
  if (!statements.some(({ Principal }) => "Service" in Principal)) return trust;
  const root = {
    Effect: "Allow",
    Action: "sts:AssumeRole",
    Principal: { AWS: `arn:aws:iam::${accountId}:root` },
  };
  return { ...trust, Statement: [...statements, root] };
}
