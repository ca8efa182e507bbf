import { randomBytes } from "node:crypto";
import { engineOf } from "../../components/aws/database/engines";
import { startPostgres } from "../database/postgres";
import { tagList, type ResourceTypes } from "./resource-type";
import { callJson } from "./signed-json";

/**
 * RDS: a real PostgreSQL, whose owner's login lies in the emulator's Secrets Manager. What it is is believed: it is a
 * process, and ends with the local cloud, deleted or not.
 */
export const databaseTypes: ResourceTypes = {
  "aws:rds/instance:Instance": {
    startsServer: true,
    create: async (inputs, { endpoints }, processes) => {
      const { identifier, engine, dbName, username, tags } = inputs;
      if (engine !== engineOf({ engine: "postgresql" }).name) {
        throw new Error(`engine ${engine} does not run locally; write postgresql`);
      }
      const password = randomBytes(24).toString("base64url");
      const server = await startPostgres({ database: dbName, owner: username, password });
      processes.push(server);
      const { ARN } = await callJson(
        endpoints,
        { service: "secretsmanager", target: "secretsmanager.CreateSecret", version: "1.1" },
        {
          // RDS's own begin with rds!, which it alone may make.
          Name: `rds-${identifier}`,
          KmsKeyId: inputs.masterUserSecretKmsKeyId,
          SecretString: JSON.stringify({ username, password }),
          Tags: tagList(tags),
        },
      );
      return {
        id: identifier,
        outputs: {
          address: server.host,
          port: server.port,
          endpoint: `${server.host}:${server.port}`,
          arn: `arn:aws:rds:${endpoints.region}:${endpoints.accountId}:db:${identifier}`,
          masterUserSecrets: [
            { secretArn: ARN, secretStatus: "active", kmsKeyId: inputs.masterUserSecretKmsKeyId },
          ],
        },
      };
    },
    delete: async (_id, { masterUserSecrets }, { endpoints }) => {
      const [{ secretArn }] = masterUserSecrets as [{ secretArn: string }];
      await callJson(
        endpoints,
        { service: "secretsmanager", target: "secretsmanager.DeleteSecret", version: "1.1" },
        { SecretId: secretArn, ForceDeleteWithoutRecovery: true },
      );
    },
  },
};
