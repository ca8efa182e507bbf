import { createHash } from "node:crypto";
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { arnOf, type AwsContext } from "../context";
import type { EncryptionKeys } from "../foundation/encryption-keys";
import type { LambdaFunction } from "../foundation/lambda-function";
import { EncryptedLogGroup } from "../foundation/log-group";
import { ServiceRole } from "../foundation/service-role";

export interface CollectorApiArgs {
  readonly collector: LambdaFunction;
  readonly keys: EncryptionKeys;
  readonly access: "regional" | "private";
  /** Interface endpoints through which a private API is reached. */
  readonly vpcEndpoints: readonly string[];
  /** Requests a second before 429; twice as many at once. */
  readonly requestsPerSecond: number;
  /** Whether this stack sets the account's API Gateway log role, which access logs need. */
  readonly manageAccount: boolean;
}

const PATH = ["v1", "events", "{domain}", "{name}"] as const;
const STAGE = "live";

/** What a request leaves in the log: no body, no address, no key. */
const ACCESS_LOG_FORMAT = JSON.stringify({
  requestId: "$context.requestId",
  time: "$context.requestTimeEpoch",
  method: "$context.httpMethod",
  route: "$context.resourcePath",
  status: "$context.status",
  latencyMs: "$context.responseLatency",
  bytes: "$context.responseLength",
  error: "$context.error.responseType",
});

/**
 * `POST /v1/events/{domain}/{name}` in front of the collector: API key, throttle, access log.
 *
 * Idle cost: none; 3.50 USD a million requests (Seoul, 2026-11).
 */
export class CollectorApi extends pulumi.ComponentResource {
  /** Events of a data set go to `<eventsUrl>/<domain>/<name>`. */
  readonly eventsUrl: pulumi.Output<string>;
  /** The key that callers send as `x-api-key`. */
  readonly apiKey: pulumi.Output<string>;

  constructor(
    name: string,
    private readonly context: AwsContext,
    args: CollectorApiArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("naru:aws:CollectorApi", name, {}, opts);
    const child = { parent: this };
    const api = this.createApi(name, args);
    const method = this.createRoute(name, api, args);
    const logs = new EncryptedLogGroup(
      name,
      context,
      { logGroupName: `/aws/apigateway/${context.names.of("api", "collector")}`, keys: args.keys },
      child,
    );
    const account = args.manageAccount ? this.allowAccountLogs(name) : undefined;
    const deployment = new aws.apigateway.Deployment(
      name,
      {
        restApi: api.id,
        // A change of any of these reaches callers only with a new deployment; the endpoints stand in the API's policy.
        triggers: { definition: digest([...PATH, args.collector.arn, args.access, ...args.vpcEndpoints]) },
      },
      { parent: this, dependsOn: method },
    );
    const stage = new aws.apigateway.Stage(
      name,
      {
        restApi: api.id,
        deployment: deployment.id,
        stageName: STAGE,
        accessLogSettings: { destinationArn: logs.group.arn, format: ACCESS_LOG_FORMAT },
        tags: { ...context.tags },
      },
      { parent: this, dependsOn: account === undefined ? [] : [account] },
    );
    new aws.apigateway.MethodSettings(
      name,
      {
        restApi: api.id,
        stageName: stage.stageName,
        methodPath: "*/*",
        settings: {
          throttlingRateLimit: args.requestsPerSecond,
          throttlingBurstLimit: args.requestsPerSecond * 2,
          metricsEnabled: true,
          // Bodies hold personal data.
          dataTraceEnabled: false,
        },
      },
      child,
    );
    this.apiKey = this.createKey(name, api, stage);
    this.eventsUrl = pulumi.interpolate`${stage.invokeUrl}/v1/events`;
    this.registerOutputs({ eventsUrl: this.eventsUrl });
  }

  private createApi(name: string, args: CollectorApiArgs): aws.apigateway.RestApi {
    const isPrivate = args.access === "private";
    return new aws.apigateway.RestApi(
      name,
      {
        name: this.context.names.of("api", "collector"),
        description: "Takes events, checks them against their contract and puts them on the stream",
        endpointConfiguration: {
          types: isPrivate ? "PRIVATE" : "REGIONAL",
          ...(isPrivate && { vpcEndpointIds: [...args.vpcEndpoints] }),
        },
        ...(isPrivate && { policy: JSON.stringify(onlyThrough(args.vpcEndpoints)) }),
        tags: { ...this.context.tags },
      },
      { parent: this },
    );
  }

  private createRoute(name: string, api: aws.apigateway.RestApi, args: CollectorApiArgs): pulumi.Resource[] {
    const child = { parent: this };
    let parentId = api.rootResourceId;
    for (const part of PATH) {
      const label = part.replace(/[{}]/g, "");
      parentId = new aws.apigateway.Resource(
        `${name}-${label}`,
        { restApi: api.id, parentId, pathPart: part },
        child,
      ).id;
    }
    const method = new aws.apigateway.Method(
      name,
      {
        restApi: api.id,
        resourceId: parentId,
        httpMethod: "POST",
        authorization: "NONE",
        apiKeyRequired: true,
      },
      child,
    );
    const integration = new aws.apigateway.Integration(
      name,
      {
        restApi: api.id,
        resourceId: parentId,
        httpMethod: method.httpMethod,
        type: "AWS_PROXY",
        integrationHttpMethod: "POST",
        uri: args.collector.function.invokeArn,
      },
      child,
    );
    const permission = new aws.lambda.Permission(
      name,
      {
        function: args.collector.function.name,
        action: "lambda:InvokeFunction",
        principal: "apigateway.amazonaws.com",
        sourceArn: pulumi.interpolate`${api.executionArn}/*/POST/${PATH.join("/").replace(/{[a-z]+}/g, "*")}`,
        sourceAccount: this.context.identity.accountId,
      },
      child,
    );
    return [integration, permission];
  }

  private createKey(
    name: string,
    api: aws.apigateway.RestApi,
    stage: aws.apigateway.Stage,
  ): pulumi.Output<string> {
    const child = { parent: this };
    const key = new aws.apigateway.ApiKey(
      name,
      { name: this.context.names.of("api", "collector"), tags: { ...this.context.tags } },
      child,
    );
    const plan = new aws.apigateway.UsagePlan(
      name,
      {
        name: this.context.names.of("api", "collector"),
        apiStages: [{ apiId: api.id, stage: stage.stageName }],
        tags: { ...this.context.tags },
      },
      child,
    );
    new aws.apigateway.UsagePlanKey(name, { keyId: key.id, keyType: "API_KEY", usagePlanId: plan.id }, child);
    return pulumi.secret(key.value);
  }

  /** API Gateway writes access logs as one role per account and region; without it, creating the stage fails. */
  private allowAccountLogs(name: string): aws.apigateway.Account {
    const role = new ServiceRole(
      `${name}-account`,
      this.context,
      {
        roleName: this.context.names.of("role", "api-gateway-logs"),
        assumedBy: "apigateway.amazonaws.com",
        purpose: "api-gateway-logs",
        statements: [
          {
            Effect: "Allow",
            Action: [
              "logs:CreateLogGroup",
              "logs:CreateLogStream",
              "logs:DescribeLogGroups",
              "logs:DescribeLogStreams",
              "logs:PutLogEvents",
              "logs:GetLogEvents",
              "logs:FilterLogEvents",
            ],
            Resource: arnOf(this.context.identity, "logs", "*"),
          },
        ],
      },
      { parent: this },
    );
    return new aws.apigateway.Account(name, { cloudwatchRoleArn: role.readyArn }, { parent: this });
  }
}

/** A private API answers only through the endpoints named. */
function onlyThrough(vpcEndpoints: readonly string[]): aws.iam.PolicyDocument {
  const statement = { Principal: "*", Action: "execute-api:Invoke", Resource: "execute-api:/*" } as const;
  return {
    Version: "2012-10-17",
    Statement: [
      { Effect: "Allow", ...statement },
      {
        Effect: "Deny",
        ...statement,
        Condition: { StringNotEquals: { "aws:SourceVpce": [...vpcEndpoints] } },
      },
    ],
  };
}

function digest(parts: readonly string[]): string {
  return createHash("sha256").update(parts.join("\n")).digest("hex").slice(0, 16);
}
