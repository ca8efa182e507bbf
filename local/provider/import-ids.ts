/**
 * Which ids `pulumi import` takes: what stands under "Import" on a type's page of the Pulumi registry
 * (https://www.pulumi.com/registry/packages/aws/api-docs) and in the comment of its class in @pulumi/aws [2026-11]. Of most
 * types it is the resource's own id. Where it is another, it says more: what the resource belongs to.
 */
import type { LocalEndpoints } from "../endpoints";
import type { Inputs } from "./resource-type";

export interface Imported {
  /** As the resource has it from then on. */
  readonly id: string;
  /** Inputs that the given id says. */
  readonly inputs: Inputs;
}

interface Form {
  /** As the page writes it. */
  readonly form: string;
  /** Its parts: the first group is the input of the first name, and so on. */
  readonly pattern: RegExp;
  readonly inputs: readonly string[];
  readonly id: (inputs: Inputs, endpoints: LocalEndpoints) => string;
}

/** API Gateway makes up the ids of APIs and of their parts of letters and digits. */
const OF_AN_API: Readonly<Record<string, Form>> = {
  "aws:apigateway/resource:Resource": {
    form: "REST-API-ID/RESOURCE-ID",
    pattern: /^([^/]+)\/([^/]+)$/,
    inputs: ["restApi", "id"],
    id: ({ id }) => id as string,
  },
  "aws:apigateway/method:Method": {
    form: "REST-API-ID/RESOURCE-ID/HTTP-METHOD",
    pattern: /^([^/]+)\/([^/]+)\/([^/]+)$/,
    inputs: ["restApi", "resourceId", "httpMethod"],
    id: ({ restApi, resourceId, httpMethod }) => `agm-${restApi}-${resourceId}-${httpMethod}`,
  },
  "aws:apigateway/integration:Integration": {
    form: "REST-API-ID/RESOURCE-ID/HTTP-METHOD",
    pattern: /^([^/]+)\/([^/]+)\/([^/]+)$/,
    inputs: ["restApi", "resourceId", "httpMethod"],
    id: ({ restApi, resourceId, httpMethod }) => `agi-${restApi}-${resourceId}-${httpMethod}`,
  },
  "aws:apigateway/deployment:Deployment": {
    form: "REST-API-ID/DEPLOYMENT-ID",
    pattern: /^([^/]+)\/([^/]+)$/,
    inputs: ["restApi", "id"],
    id: ({ id }) => id as string,
  },
  "aws:apigateway/stage:Stage": {
    form: "REST-API-ID/STAGE-NAME",
    pattern: /^([^/]+)\/([^/]+)$/,
    inputs: ["restApi", "stageName"],
    id: ({ restApi, stageName }) => `ags-${restApi}-${stageName}`,
  },
  "aws:apigateway/usagePlanKey:UsagePlanKey": {
    form: "USAGE-PLAN-ID/USAGE-PLAN-KEY-ID",
    pattern: /^([^/]+)\/([^/]+)$/,
    inputs: ["usagePlanId", "id"],
    id: ({ id }) => id as string,
  },
};

const FORMS: Readonly<Record<string, Form>> = {
  ...OF_AN_API,
  "aws:cloudwatch/eventTarget:EventTarget": {
    form: "RULE-NAME/TARGET-ID",
    pattern: /^(?:default\/)?([^/]+)\/([^/]+)$/,
    inputs: ["rule", "targetId"],
    id: ({ rule, targetId }) => `${rule}-${targetId}`,
  },
  "aws:kinesis/stream:Stream": {
    form: "NAME",
    pattern: /^([^/:]+)$/,
    inputs: ["name"],
    id: ({ name }, { region, accountId }) => `arn:aws:kinesis:${region}:${accountId}:stream/${name}`,
  },
  "aws:lambda/permission:Permission": {
    form: "FUNCTION/STATEMENT-ID",
    pattern: /^([^/]+)\/([^/]+)$/,
    inputs: ["function", "statementId"],
    id: ({ statementId }) => statementId as string,
  },
  "aws:msk/topic:Topic": {
    form: "CLUSTER-ARN,NAME",
    pattern: /^(arn:[^,]+),([^,]+)$/,
    inputs: ["clusterArn", "name"],
    id: ({ clusterArn, name }) => `${String(clusterArn).replace(":cluster/", ":topic/")}/${name}`,
  },
  "aws:s3/bucketObjectv2:BucketObjectv2": {
    form: "BUCKET/KEY",
    pattern: /^(?:s3:\/\/)?([^/]+)\/(.+)$/,
    inputs: ["bucket", "key"],
    id: ({ bucket, key }) => `${bucket}/${key}`,
  },
};

/**
 * What an id says that a person gave to import by.
 * @throws Error that names the form of the type's ids, for one that is of another.
 */
export function importedBy(type: string, given: string, endpoints: LocalEndpoints): Imported {
  const form = FORMS[type];
  if (form === undefined) return { id: given, inputs: {} };
  const parts = form.pattern.exec(given);
  if (parts === null) throw new Error(`it is imported by ${form.form}; ${given} is no such id`);
  const said = Object.fromEntries(form.inputs.map((input, at) => [input, parts[at + 1]!]));
  const { id: _id, ...inputs } = said;
  return { id: form.id(said, endpoints), inputs };
}
