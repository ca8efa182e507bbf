import { createHash } from "node:crypto";
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { CollectorAuthentication } from "../../collector-access";
import type { Webhook } from "../../webhook";
import { arnOf, type AwsContext } from "../context";
import type { EncryptionKeys } from "../foundation/encryption-keys";
import type { LambdaFunction } from "../foundation/lambda-function";
import { EncryptedLogGroup } from "../foundation/log-group";
import { ServiceRole } from "../foundation/service-role";
import { createAuthorization } from "./authentication";
import { showOwnAnswers } from "./own-answers";
import { createRoutes, EVENTS_PATH } from "./routes";

export interface CollectorApiArgs {
  readonly collector: LambdaFunction;
  readonly keys: EncryptionKeys;
  readonly access: "regional" | "private";
  /** Interface endpoints through which a private API is reached. */
  readonly vpcEndpoints: readonly string[];
  /** Requests a second before 429; twice as many at once. */
  readonly requestsPerSecond: number;
  readonly authentication: CollectorAuthentication;
  /** Origins whose pages send events, so that browsers ask before. */
  readonly origins: readonly string[];
  readonly webhooks: readonly Webhook[];
  /** Whether this stack sets the account's API Gateway log role, which access logs need. */
  readonly manageAccount: boolean;
}

const STAGE = "live";

/** Requests a second of a webhook: its route takes anybody's before the signature is looked at. */
const WEBHOOK_REQUESTS_PER_SECOND = 50;

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
 * `POST /v1/events/{domain}/{name}` in front of the collector: authentication, throttle, access log; and a route for each
 * webhook.
 *
 * Idle cost: none; 3.50 USD a million requests (Seoul, 2026-11).
 */
export class CollectorApi extends pulumi.ComponentResource {
  /** Events of a data set go to `<eventsUrl>/<domain>/<name>`. */
  readonly eventsUrl: pulumi.Output<string>;
  /** Webhooks are posted to `<webhooksUrl>/<name>`. */
  readonly webhooksUrl: pulumi.Output<string>;
  /** The key that callers send as `x-api-key`; undefined with another authentication. */
  readonly apiKey: pulumi.Output<string> | undefined;

  constructor(
    name: string,
    private readonly context: AwsContext,
    args: CollectorApiArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("naru:aws:CollectorApi", name, {}, opts);
    const child = { parent: this };
    const api = this.createApi(name, args);
    const authorization = createAuthorization(name, context, api, args, this);
    const preflights = args.origins.length > 0;
    const routes = createRoutes(name, context, { api, authorization, preflights, ...args }, child);
    const ownAnswers = showOwnAnswers(name, api, args.origins, child);
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
        triggers: { definition: digest(definition(args)) },
      },
      { parent: this, dependsOn: [...routes, ...ownAnswers] },
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
    this.throttle(name, api, stage, "*/*", args.requestsPerSecond);
    for (const { name: webhook, requestsPerSecond } of args.webhooks) {
      const limit = requestsPerSecond ?? WEBHOOK_REQUESTS_PER_SECOND;
      this.throttle(`${name}-webhook-${webhook}`, api, stage, `v1/webhooks/${webhook}/POST`, limit);
    }
    this.apiKey = args.authentication === "api-key" ? this.createKey(name, api, stage) : undefined;
    this.eventsUrl = pulumi.interpolate`${stage.invokeUrl}/v1/events`;
    this.webhooksUrl = pulumi.interpolate`${stage.invokeUrl}/v1/webhooks`;
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

  private throttle(
    name: string,
    api: aws.apigateway.RestApi,
    stage: aws.apigateway.Stage,
    methodPath: string,
    requestsPerSecond: number,
  ): void {
    new aws.apigateway.MethodSettings(
      name,
      {
        ...{ restApi: api.id, stageName: stage.stageName, methodPath },
        settings: {
          throttlingRateLimit: requestsPerSecond,
          throttlingBurstLimit: requestsPerSecond * 2,
          metricsEnabled: true,
          // Bodies hold personal data.
          dataTraceEnabled: false,
        },
      },
      { parent: this },
    );
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

/**
 * What a deployment shows: callers see a change of any of these with a new one only. What is left out where it is the
 * default is so that a stack without it is not deployed anew.
 */
function definition({ collector, access, vpcEndpoints, ...args }: CollectorApiArgs): string[] {
  const { authentication, origins, webhooks } = args;
  return [
    ...EVENTS_PATH,
    collector.arn,
    access,
    ...vpcEndpoints,
    ...(authentication === "api-key" ? [] : [JSON.stringify(authentication)]),
    ...(origins.length > 0 ? ["OPTIONS", ...origins] : []),
    ...webhooks.map(({ name }) => `webhooks/${name}`),
  ];
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
