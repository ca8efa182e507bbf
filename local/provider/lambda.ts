import { createHash } from "node:crypto";
import {
  AddPermissionCommand,
  CreateFunctionCommand,
  DeleteFunctionCommand,
  GetFunctionCommand,
  GetPolicyCommand,
  RemovePermissionCommand,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateFunctionCodeCommand,
  UpdateFunctionConfigurationCommand,
  waitUntilFunctionActiveV2,
  waitUntilFunctionUpdatedV2,
} from "@aws-sdk/client-lambda";
import { endpointEnvironment, type LocalEndpoints } from "../endpoints";
import { PATHS } from "../paths";
import { assetBytes } from "./archive";
import { eventSourceMappingTypes } from "./event-source-mapping";
import { completed } from "./partly-made";
import type { Inputs, ResourceTypes } from "./resource-type";
import { changeTags, differ, known, told } from "./told";

/** Lambda's own. */
const DEFAULTS = { description: "", memorySize: 128, timeout: 3 };

/** What UpdateFunctionConfiguration takes. */
const SETTINGS = [
  ...["description", "runtime", "handler", "role", "memorySize", "timeout", "kmsKeyArn"],
  ...["environment", "loggingConfig"],
];

const WAIT = { minDelay: 1, maxWaitTime: 30 };

export const lambdaTypes: ResourceTypes = {
  ...eventSourceMappingTypes,
  "aws:lambda/function:Function": {
    create: async (inputs, { lambda, endpoints }) => {
      const ZipFile = await assetBytes(inputs.code);
      const { FunctionArn, Version } = await lambda.send(
        new CreateFunctionCommand({
          FunctionName: inputs.name,
          Architectures: inputs.architectures,
          Code: { ZipFile },
          Tags: inputs.tags,
          ...settings(inputs, endpoints),
        }),
      );
      const outputs = { ...addresses(FunctionArn!, Version!, endpoints), codeSha256: sha256(ZipFile) };
      return completed({ id: inputs.name, outputs }, () =>
        waitUntilFunctionActiveV2({ client: lambda, ...WAIT }, { FunctionName: inputs.name }),
      );
    },
    read: async (id, state, { lambda, endpoints }) => {
      const { Configuration, Tags } = await lambda.send(new GetFunctionCommand({ FunctionName: id }));
      const { LoggingConfig, Environment, CodeSha256 } = Configuration!;
      const found = {
        name: Configuration!.FunctionName,
        description: Configuration!.Description,
        runtime: Configuration!.Runtime,
        architectures: Configuration!.Architectures,
        handler: Configuration!.Handler,
        role: Configuration!.Role,
        memorySize: Configuration!.MemorySize,
        timeout: Configuration!.Timeout,
        kmsKeyArn: Configuration!.KMSKeyArn,
        environment: {
          variables: asProgrammed(Environment?.Variables ?? {}, state, ownVariables(state, endpoints)),
        },
        loggingConfig: { logFormat: LoggingConfig?.LogFormat, logGroup: LoggingConfig?.LogGroup },
        tags: Tags ?? {},
      };
      const isSameCode = state.codeSha256 === undefined || state.codeSha256 === CodeSha256;
      return {
        // Other code than was uploaded is none of the program's: it is told as missing, and comes with the next change.
        inputs: { ...told(state, found, DEFAULTS), ...(!isSameCode && { code: undefined }) },
        outputs: {
          ...addresses(Configuration!.FunctionArn!, Configuration!.Version!, endpoints),
          codeSha256: CodeSha256,
        },
      };
    },
    update: async (FunctionName, state, inputs, { lambda, endpoints }) => {
      const ZipFile = await assetBytes(inputs.code);
      const codeSha256 = sha256(ZipFile);
      if (codeSha256 !== state.codeSha256) {
        const { architectures: Architectures } = inputs;
        await lambda.send(new UpdateFunctionCodeCommand({ FunctionName, ZipFile, Architectures }));
        await waitUntilFunctionUpdatedV2({ client: lambda, ...WAIT }, { FunctionName });
      }
      if (differ(state, inputs, ...SETTINGS)) {
        const change = { FunctionName, ...settings({ ...DEFAULTS, ...inputs }, endpoints) };
        await lambda.send(new UpdateFunctionConfigurationCommand(change));
        await waitUntilFunctionUpdatedV2({ client: lambda, ...WAIT }, { FunctionName });
      }
      const Resource = state.arn as string;
      await changeTags(
        state,
        inputs,
        (Tags) => lambda.send(new TagResourceCommand({ Resource, Tags })),
        (TagKeys) => lambda.send(new UntagResourceCommand({ Resource, TagKeys })),
      );
      return { codeSha256 };
    },
    delete: async (id, _state, { lambda }) => {
      await lambda.send(new DeleteFunctionCommand({ FunctionName: id }));
    },
  },
  "aws:lambda/permission:Permission": {
    create: async (inputs, { lambda }) => {
      // A function may be called from several sources of one service; Pulumi makes up an id where none is given.
      const source = createHash("sha256").update(String(inputs.sourceArn)).digest("hex").slice(0, 8);
      const StatementId = `naru-${inputs.principal.split(".")[0]}-${source}`;
      await lambda.send(
        new AddPermissionCommand({
          FunctionName: inputs.function,
          StatementId,
          Action: inputs.action,
          Principal: inputs.principal,
          SourceArn: inputs.sourceArn,
          SourceAccount: inputs.sourceAccount,
        }),
      );
      return { id: StatementId, outputs: { statementId: StatementId } };
    },
    read: async (id, state, { lambda }) => {
      const { Policy } = await lambda.send(new GetPolicyCommand({ FunctionName: known(state, "function") }));
      const statement = (JSON.parse(Policy!).Statement as Inputs[]).find(({ Sid }) => Sid === id);
      if (statement === undefined) return undefined;
      const { Action, Principal, Condition } = statement;
      const found = {
        action: Action,
        principal: typeof Principal === "string" ? Principal : (Principal.Service ?? Principal.AWS),
        sourceArn: (Condition?.ArnLike ?? Condition?.ArnEquals)?.["AWS:SourceArn"],
        sourceAccount: Condition?.StringEquals?.["AWS:SourceAccount"],
      };
      return { inputs: told(state, found) };
    },
    delete: async (StatementId, state, { lambda }) => {
      await lambda.send(new RemovePermissionCommand({ FunctionName: state.function, StatementId }));
    },
  },
};

/** Outputs by which others reach the function. */
function addresses(arn: string, version: string, { region }: LocalEndpoints) {
  const invokeArn = `arn:aws:apigateway:${region}:lambda:path/2015-03-31/functions/${arn}/invocations`;
  return { arn, invokeArn, qualifiedArn: `${arn}:${version}`, version };
}

function settings(inputs: Inputs, endpoints: LocalEndpoints) {
  return {
    Description: inputs.description,
    Runtime: inputs.runtime,
    Handler: inputs.handler,
    Role: inputs.role,
    MemorySize: inputs.memorySize,
    Timeout: inputs.timeout,
    KMSKeyArn: inputs.kmsKeyArn,
    Environment: { Variables: { ...inputs.environment?.variables, ...ownVariables(inputs, endpoints) } },
    LoggingConfig: inputs.loggingConfig && {
      LogFormat: inputs.loggingConfig.logFormat,
      LogGroup: inputs.loggingConfig.logGroup,
    },
  };
}

/** The function reaches the local cloud's other services as it would reach AWS: by its environment. */
function ownVariables({ environment }: Inputs, endpoints: LocalEndpoints): Record<string, string> {
  const addresses = Object.entries(endpointEnvironment(endpoints));
  return {
    // Region is set by Lambda itself and refused in an environment.
    ...Object.fromEntries(addresses.filter(([name]) => name.startsWith("AWS_ENDPOINT_URL"))),
    // Whom a function trusts that trusts RDS: there is another authority here.
    ...("NODE_EXTRA_CA_CERTS" in (environment?.variables ?? {}) && {
      NODE_EXTRA_CA_CERTS: PATHS.databaseAuthority,
    }),
  };
}

/** Variables as a program writes them: what was added here is none of them. */
function asProgrammed(found: Record<string, string>, { environment }: Inputs, own: Record<string, string>) {
  const asked = (environment?.variables ?? {}) as Record<string, string>;
  return Object.fromEntries(
    Object.entries(found).flatMap(([name, value]) => {
      if (value !== own[name]) return [[name, value]];
      return name in asked ? [[name, asked[name]]] : [];
    }),
  );
}

function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("base64");
}
