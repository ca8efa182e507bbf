import { isDeepStrictEqual } from "node:util";
import {
  CreateRoleCommand,
  DeleteRoleCommand,
  DeleteRolePolicyCommand,
  GetRoleCommand,
  GetRolePolicyCommand,
  PutRolePolicyCommand,
  TagRoleCommand,
  UntagRoleCommand,
  UpdateAssumeRolePolicyCommand,
  UpdateRoleCommand,
  UpdateRoleDescriptionCommand,
} from "@aws-sdk/client-iam";
import type { CloudClients } from "../endpoints";
import { asAsked } from "./as-asked";
import { policyText, tagList, type Inputs, type ResourceTypes } from "./resource-type";
import { changeTags, tagMap } from "./told";

/** IAM: roles, and what they may do. */
export const identityTypes: ResourceTypes = {
  "aws:iam/role:Role": {
    create: async (inputs, { iam, endpoints }) => {
      const { Role } = await iam.send(
        new CreateRoleCommand({
          RoleName: inputs.name,
          Description: escaped(inputs.description),
          AssumeRolePolicyDocument: trustHere(inputs.assumeRolePolicy, endpoints.accountId),
          MaxSessionDuration: inputs.maxSessionDuration,
          Tags: tagList(inputs.tags),
        }),
      );
      return { id: inputs.name, outputs: { arn: Role!.Arn, uniqueId: Role!.RoleId } };
    },
    read: async (id, state, { iam, endpoints }) => {
      const { assumeRolePolicy, description, maxSessionDuration, tags } = state;
      const role = (await iam.send(new GetRoleCommand({ RoleName: id }))).Role!;
      const trust = decodeURIComponent(role.AssumeRolePolicyDocument ?? "");
      return {
        inputs: {
          name: role.RoleName,
          assumeRolePolicy: trustTold(assumeRolePolicy, trust, endpoints.accountId),
          description: asAsked(description, description ?? "", role.Description ?? ""),
          // IAM's own default is told as if it had been asked for.
          maxSessionDuration: asAsked(
            maxSessionDuration,
            maxSessionDuration ?? 3600,
            role.MaxSessionDuration,
          ),
          tags: asAsked(tags, tags, tagMap(role.Tags)),
        },
        outputs: { arn: role.Arn, uniqueId: role.RoleId },
      };
    },
    update: async (RoleName, state, inputs, { iam, endpoints }) => {
      const PolicyDocument = trustHere(inputs.assumeRolePolicy, endpoints.accountId);
      await iam.send(new UpdateAssumeRolePolicyCommand({ RoleName, PolicyDocument }));
      // Said, since a change that names them not leaves them as they are.
      const { description = "", maxSessionDuration: MaxSessionDuration = 3600 } = inputs;
      await iam.send(new UpdateRoleCommand({ RoleName, MaxSessionDuration }));
      // The one call by which the emulator takes a description away.
      await iam.send(new UpdateRoleDescriptionCommand({ RoleName, Description: escaped(description) }));
      await changeTags(
        state,
        inputs,
        (tags) => iam.send(new TagRoleCommand({ RoleName, Tags: tagList(tags) })),
        (TagKeys) => iam.send(new UntagRoleCommand({ RoleName, TagKeys })),
      );
    },
    delete: async (RoleName, _state, { iam }) => {
      await iam.send(new DeleteRoleCommand({ RoleName }));
    },
  },
  "aws:iam/rolePolicy:RolePolicy": {
    create: async (inputs, cloud) => {
      await putPolicy(inputs, cloud);
      return { id: `${inputs.role}:${inputs.name}` };
    },
    read: async (id, { policy }, { iam }) => {
      const { RoleName, PolicyName } = placeOf(id);
      const held = await iam.send(new GetRolePolicyCommand({ RoleName, PolicyName }));
      const document = decodeURIComponent(held.PolicyDocument ?? "");
      return { inputs: { role: RoleName, name: PolicyName, policy: asAsked(policy, policy, document) } };
    },
    update: async (_id, _state, inputs, cloud) => putPolicy(inputs, cloud),
    delete: async (id, _state, { iam }) => {
      await iam.send(new DeleteRolePolicyCommand(placeOf(id)));
    },
  },
};

/** The emulator puts a description into its XML as it is: with `&` in it, no role could be told any more. */
function escaped(description: string | undefined): string | undefined {
  return description?.replace(/[&<>]/g, (sign) => ENTITIES[sign]!);
}

const ENTITIES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;" };

async function putPolicy({ name, role, policy }: Inputs, { iam }: CloudClients): Promise<void> {
  await iam.send(
    new PutRolePolicyCommand({ RoleName: role, PolicyName: name, PolicyDocument: policyText(policy) }),
  );
}

/** `role:policy`; neither holds a colon. */
function placeOf(id: string): { RoleName: string; PolicyName: string } {
  const [RoleName, PolicyName] = id.split(":") as [string, string];
  return { RoleName, PolicyName };
}

/**
 * On AWS a service assumes its roles as itself. Naru's local services have no such identity: they assume them as the
 * local root, so a service role also trusts that one. What the role may then do is the program's policy, enforced.
 */
function trustHere(policy: string | Inputs, accountId: string): string {
  const trust = (typeof policy === "string" ? JSON.parse(policy) : policy) as Inputs;
  const statements = [trust.Statement ?? []].flat() as Inputs[];
  if (!statements.some(({ Principal }) => isService(Principal))) return policyText(trust);
  return policyText({ ...trust, Statement: [...statements, rootTrust(accountId)] });
}

/** As the program wrote it, or would write what is found. */
function trustTold(asked: string | Inputs | undefined, found: string, accountId: string): string | Inputs {
  if (asked !== undefined && asAsked(asked, trustHere(asked, accountId), found) === asked) return asked;
  const { Statement, ...trust } = JSON.parse(found) as Inputs;
  const statements = [Statement ?? []].flat() as Inputs[];
  const isAdded = isDeepStrictEqual(statements.at(-1), rootTrust(accountId));
  const own = isAdded && statements.some(({ Principal }) => isService(Principal));
  return policyText({ ...trust, Statement: own ? statements.slice(0, -1) : statements });
}

function rootTrust(accountId: string): Inputs {
  return {
    Effect: "Allow",
    Action: "sts:AssumeRole",
    Principal: { AWS: `arn:aws:iam::${accountId}:root` },
  };
}

/** A principal may be a text too: everybody. */
function isService(principal: unknown): boolean {
  return typeof principal === "object" && principal !== null && "Service" in principal;
}
