import {
  CreateAliasCommand,
  CreateKeyCommand,
  DeleteAliasCommand,
  DescribeKeyCommand,
  DisableKeyRotationCommand,
  EnableKeyRotationCommand,
  GetKeyPolicyCommand,
  GetKeyRotationStatusCommand,
  ListAliasesCommand,
  ListResourceTagsCommand,
  PutKeyPolicyCommand,
  ScheduleKeyDeletionCommand,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateAliasCommand,
  UpdateKeyDescriptionCommand,
} from "@aws-sdk/client-kms";
import type { CloudClients } from "../endpoints";
import { asAsked } from "./as-asked";
import { completed } from "./partly-made";
import { policyHere, policyTold } from "./policy-here";
import { isImport, type Inputs, type ResourceTypes } from "./resource-type";
import { changeTags, differ } from "./told";

/** KMS' own defaults. */
const DELETION_DAYS = 30;
/** What makes it this key and never changes: where an import missed it, the program's would replace the key. */
const DEFAULT_USAGE = "ENCRYPT_DECRYPT";
const DEFAULT_SPEC = "SYMMETRIC_DEFAULT";

/** KMS: keys and their names. */
export const keyTypes: ResourceTypes = {
  "aws:kms/key:Key": {
    create: async (inputs, { kms }) => {
      const { KeyMetadata } = await kms.send(
        new CreateKeyCommand({
          Description: inputs.description,
          Policy: inputs.policy && policyHere(inputs.policy),
          KeyUsage: inputs.keyUsage,
          KeySpec: inputs.customerMasterKeySpec,
          Tags: kmsTags(inputs.tags),
        }),
      );
      const { KeyId, Arn } = KeyMetadata!;
      return completed({ id: KeyId!, outputs: { keyId: KeyId, arn: Arn } }, async () => {
        if (inputs.enableKeyRotation === true) await kms.send(new EnableKeyRotationCommand({ KeyId }));
      });
    },
    read: async (KeyId, state, cloud) => {
      const key = (await cloud.kms.send(new DescribeKeyCommand({ KeyId }))).KeyMetadata!;
      if (key.KeyState === "PendingDeletion") return undefined;
      const held = await cloud.kms.send(new GetKeyPolicyCommand({ KeyId, PolicyName: "default" }));
      const { description, policy, tags, enableKeyRotation: rotation } = state;
      return {
        inputs: {
          description: asAsked(description, description ?? "", key.Description ?? ""),
          ...(isImport(state) && {
            keyUsage: asAsked(undefined, DEFAULT_USAGE, key.KeyUsage),
            customerMasterKeySpec: asAsked(undefined, DEFAULT_SPEC, key.KeySpec),
          }),
          // Without one of the program's, the key has KMS' own.
          ...((isImport(state) || policy !== undefined) && {
            policy: policyTold(policy, held.Policy),
          }),
          enableKeyRotation: asAsked(rotation, rotation ?? false, await rotates(KeyId, key.KeyUsage, cloud)),
          tags: asAsked(tags, tags, await tagsOfKey(KeyId, cloud)),
        },
        outputs: { keyId: key.KeyId, arn: key.Arn },
      };
    },
    update: async (KeyId, state, inputs, { kms }) => {
      if (differ(state, inputs, "policy") && inputs.policy !== undefined) {
        const Policy = policyHere(inputs.policy);
        await kms.send(new PutKeyPolicyCommand({ KeyId, PolicyName: "default", Policy }));
      }
      const Description = String(inputs.description ?? "");
      await kms.send(new UpdateKeyDescriptionCommand({ KeyId, Description }));
      if ((inputs.enableKeyRotation ?? false) !== (state.enableKeyRotation ?? false)) {
        const Rotation =
          inputs.enableKeyRotation === true ? EnableKeyRotationCommand : DisableKeyRotationCommand;
        await kms.send(new Rotation({ KeyId }));
      }
      await changeTags(
        state,
        inputs,
        (tags) => kms.send(new TagResourceCommand({ KeyId, Tags: kmsTags(tags) })),
        (TagKeys) => kms.send(new UntagResourceCommand({ KeyId, TagKeys })),
      );
    },
    delete: async (KeyId, { deletionWindowInDays }, { kms }) => {
      const key = (await kms.send(new DescribeKeyCommand({ KeyId }))).KeyMetadata!;
      if (key.KeyState === "PendingDeletion") return;
      const PendingWindowInDays = deletionWindowInDays ?? DELETION_DAYS;
      await kms.send(new ScheduleKeyDeletionCommand({ KeyId, PendingWindowInDays }));
    },
  },
  "aws:kms/alias:Alias": {
    create: async ({ name, targetKeyId }, { kms }) => {
      await kms.send(new CreateAliasCommand({ AliasName: name, TargetKeyId: targetKeyId }));
      return { id: name };
    },
    read: async (id, { targetKeyId }, cloud) => {
      const alias = await aliasOf(id, cloud);
      const key = alias?.TargetKeyId;
      // A program names a key by its id or its ARN; KMS tells the id.
      const sent = String(targetKeyId ?? "").replace(/^arn:.*:key\//, "");
      return alias && { inputs: { name: id, targetKeyId: asAsked(targetKeyId, sent, key) } };
    },
    update: async (AliasName, _state, { targetKeyId: TargetKeyId }, { kms }) => {
      await kms.send(new UpdateAliasCommand({ AliasName, TargetKeyId }));
    },
    delete: async (AliasName, _state, { kms }) => {
      await kms.send(new DeleteAliasCommand({ AliasName }));
    },
  },
};

/** Keys of other kinds don't rotate, and refuse the question. */
async function rotates(KeyId: string, usage: string | undefined, { kms }: CloudClients): Promise<boolean> {
  if (usage !== "ENCRYPT_DECRYPT") return false;
  return (await kms.send(new GetKeyRotationStatusCommand({ KeyId }))).KeyRotationEnabled ?? false;
}

async function tagsOfKey(KeyId: string, { kms }: CloudClients): Promise<Inputs> {
  const { Tags = [] } = await kms.send(new ListResourceTagsCommand({ KeyId }));
  return Object.fromEntries(Tags.map(({ TagKey, TagValue }) => [TagKey!, TagValue]));
}

async function aliasOf(name: string, { kms }: CloudClients) {
  for (let Marker: string | undefined, more = true; more;) {
    const { Aliases = [], NextMarker, Truncated } = await kms.send(new ListAliasesCommand({ Marker }));
    const found = Aliases.find(({ AliasName }) => AliasName === name);
    if (found !== undefined) return found;
    [Marker, more] = [NextMarker, Truncated === true];
  }
  return undefined;
}

function kmsTags(tags: Readonly<Record<string, string>> = {}): { TagKey: string; TagValue: string }[] {
  return Object.entries(tags).map(([TagKey, TagValue]) => ({ TagKey, TagValue }));
}
