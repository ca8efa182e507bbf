import { randomBytes } from "node:crypto";
import { engineOf } from "../../components/aws/database/engines";
import { startPostgres, type LocalPostgres } from "../database/postgres";
import type { CloudClients } from "../endpoints";
import type { ServiceProcess } from "../process";
import { isGone, isImport, tagList, type Found, type Inputs, type ResourceTypes } from "./resource-type";
import { callJson } from "./signed-json";
import { differ, told } from "./told";

/**
 * RDS: a real PostgreSQL, one at a time. The owner's login lies in the emulator's Secrets Manager where RDS is asked to
 * manage it, and is the given password elsewhere. Classes, storage, parameters, networks, backups are believed. The server
 * ends with its resource, and with the local cloud.
 */
export const databaseTypes: ResourceTypes = {
  "aws:rds/instance:Instance": {
    startsServer: true,
    create: async (inputs, cloud, processes) => {
      const { identifier, engine, dbName, username } = inputs;
      if (engine !== ENGINE) throw new Error(`engine ${engine} does not run locally; write postgresql`);
      await checkAlone(processes);
      const password = passwordFor(inputs);
      const server = await startPostgres({ identifier, database: dbName, owner: username, password });
      processes.push(server);
      try {
        const masterUserSecrets = isManaged(inputs)
          ? [await makeSecret(identifier, inputs, password, cloud)]
          : [];
        return { id: identifier, outputs: { ...outputsOf(server, cloud), masterUserSecrets } };
      } catch (error) {
        // In nobody's state it would be in the next one's way.
        await end(server, processes);
        throw error;
      }
    },
    read: (id, state, cloud, processes = []) => readInstance(id, state, cloud, processes),
    update: async (id, state, inputs, cloud, processes = []) => {
      const server = serverOf(id, processes);
      if (server === undefined || !(await server.answers())) {
        throw new Error("its server has ended; refresh the stack, and the next update makes it");
      }
      const [held] = secretsOf(state);
      if (!isManaged(inputs)) {
        if (held === undefined && !differ(state, inputs, "password", "passwordWo", "passwordWoVersion"))
          return;
        await server.changePassword(passwordFor(inputs));
        await deleteSecret(held, cloud);
        return { masterUserSecrets: [] };
      }
      if (held === undefined) {
        const password = passwordFor(inputs);
        await server.changePassword(password);
        return { masterUserSecrets: [await makeSecret(id, inputs, password, cloud)] };
      }
      const { masterUserSecretKmsKeyId: KmsKeyId } = inputs;
      if (!differ(state, inputs, "masterUserSecretKmsKeyId")) return;
      await secrets(cloud, "UpdateSecret", { SecretId: held.secretArn, KmsKeyId });
      return { masterUserSecrets: [{ ...held, kmsKeyId: KmsKeyId }] };
    },
    delete: async (id, state, cloud, processes = []) => {
      if (state.deletionProtection === true) {
        throw new Error(
          "it is protected from deletion; set deletionProtection to false, and update it first",
        );
      }
      const server = serverOf(id, processes);
      if (server !== undefined) await end(server, processes);
      await deleteSecret(secretsOf(state)[0], cloud);
    },
    believed: (_state, _inputs, changed) => changed.filter((input) => !FOLLOWED.has(input)),
  },
};

const ENGINE = engineOf({ engine: "postgresql" }).name;

/** What a change of does something here. */
const FOLLOWED: ReadonlySet<string> = new Set([
  "deletionProtection",
  "manageMasterUserPassword",
  "masterUserSecretKmsKeyId",
  "password",
  "passwordWo",
  "passwordWoVersion",
]);

/** As RDS tells of the owner's login. */
interface OwnersSecret {
  readonly secretArn: string;
  readonly secretStatus: "active";
  readonly kmsKeyId?: string;
}

async function readInstance(
  id: string,
  state: Inputs,
  cloud: CloudClients,
  processes: readonly ServiceProcess[],
): Promise<Found | undefined> {
  const server = serverOf(id, processes);
  if (server === undefined || !(await server.answers())) return undefined;
  const secret = await findSecret(id, cloud);
  const inputs = {
    ...(isImport(state) && { identifier: id }),
    ...{ engine: ENGINE, dbName: server.database, username: server.owner },
    // RDS's own can't be deleted; here whoever is root can.
    manageMasterUserPassword: secret === undefined ? undefined : true,
    masterUserSecretKmsKeyId: secret?.kmsKeyId,
  };
  return {
    inputs: told(state, inputs),
    outputs: { ...outputsOf(server, cloud), masterUserSecrets: secret === undefined ? [] : [secret] },
  };
}

function outputsOf({ host, port, identifier }: LocalPostgres, { endpoints }: CloudClients) {
  const { region, accountId } = endpoints;
  return {
    address: host,
    port,
    endpoint: `${host}:${port}`,
    arn: `arn:aws:rds:${region}:${accountId}:db:${identifier}`,
  };
}

/** The newest of that name: one that was killed may be among them. */
function serverOf(id: string, processes: readonly ServiceProcess[]): LocalPostgres | undefined {
  return processes
    .filter(isPostgres)
    .filter(({ identifier }) => identifier === id)
    .at(-1);
}

function isPostgres(process: ServiceProcess): process is LocalPostgres {
  return "changePassword" in process;
}

/** @throws Error when another's data would be removed under it. */
async function checkAlone(processes: readonly ServiceProcess[]): Promise<void> {
  for (const server of processes.filter(isPostgres)) {
    if (!(await server.answers())) continue;
    throw new Error(
      `one database runs locally at a time, and ${server.identifier} is up; leave one of the two out`,
    );
  }
}

async function end(server: LocalPostgres, processes: ServiceProcess[]): Promise<void> {
  await server.remove();
  processes.splice(processes.indexOf(server), 1);
}

function isManaged(inputs: Inputs): boolean {
  return inputs.manageMasterUserPassword === true;
}

/** @throws Error when nobody gives one, as RDS does. */
function passwordFor(inputs: Inputs): string {
  if (isManaged(inputs)) return randomBytes(24).toString("base64url");
  const given: unknown = inputs.password ?? inputs.passwordWo;
  if (typeof given === "string") return given;
  throw new Error("nobody gives its owner a password; set manageMasterUserPassword to true");
}

function secretsOf(state: Inputs): readonly OwnersSecret[] {
  return (state.masterUserSecrets ?? []) as readonly OwnersSecret[];
}

/** RDS's own begin with rds!, which it alone may make. */
const secretName = (identifier: string) => `rds-${identifier}`;

async function makeSecret(
  identifier: string,
  { username, masterUserSecretKmsKeyId: kmsKeyId, tags }: Inputs,
  password: string,
  cloud: CloudClients,
): Promise<OwnersSecret> {
  const content = { KmsKeyId: kmsKeyId, SecretString: JSON.stringify({ username, password }) };
  // Of a server that was killed.
  const left = await findSecret(identifier, cloud);
  const { ARN } =
    left === undefined
      ? await secrets(cloud, "CreateSecret", {
          ...{ Name: secretName(identifier), Tags: tagList(tags) },
          ...content,
        })
      : await secrets(cloud, "UpdateSecret", { SecretId: left.secretArn, ...content });
  return { secretArn: String(ARN), secretStatus: "active", kmsKeyId };
}

async function findSecret(identifier: string, cloud: CloudClients): Promise<OwnersSecret | undefined> {
  try {
    const found = await secrets(cloud, "DescribeSecret", { SecretId: secretName(identifier) });
    const { ARN, KmsKeyId } = found as { ARN: string; KmsKeyId?: string };
    return { secretArn: ARN, secretStatus: "active", kmsKeyId: KmsKeyId };
  } catch (error) {
    if (isGone(error)) return undefined;
    throw error;
  }
}

/** One that is gone already is fine. */
async function deleteSecret(secret: OwnersSecret | undefined, cloud: CloudClients): Promise<void> {
  if (secret === undefined) return;
  const which = { SecretId: secret.secretArn, ForceDeleteWithoutRecovery: true };
  await secrets(cloud, "DeleteSecret", which).catch((error) => {
    if (!isGone(error)) throw error;
  });
}

function secrets({ endpoints }: CloudClients, operation: string, input: object) {
  const call = { service: "secretsmanager", target: `secretsmanager.${operation}`, version: "1.1" } as const;
  return callJson(endpoints, call, input);
}
