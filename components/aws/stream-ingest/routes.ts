/** Routes of the collector's API: which path and method calls the function, for whom. */
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { Webhook } from "../../webhook";
import type { AwsContext } from "../context";
import type { LambdaFunction } from "../foundation/lambda-function";
import type { MethodAuthorization } from "./authentication";

/** Of {@link CollectorApi}: the arguments that routes follow from. */
export interface RoutesArgs {
  readonly api: aws.apigateway.RestApi;
  readonly collector: LambdaFunction;
  /** Of requests with events; webhooks are signed, and preflights carry nothing. */
  readonly authorization: MethodAuthorization;
  /** Whether browsers ask before they send. */
  readonly preflights: boolean;
  readonly webhooks: readonly Webhook[];
}

export const EVENTS_PATH = ["v1", "events", "{domain}", "{name}"] as const;

const OPEN: MethodAuthorization = { authorization: "NONE", apiKeyRequired: false };

/**
 * Makes resources, methods and integrations, and lets each path of this API call the collector.
 * @returns what a deployment must wait for.
 */
export function createRoutes(
  name: string,
  { identity }: AwsContext,
  { api, collector, authorization, preflights, webhooks }: RoutesArgs,
  child: pulumi.CustomResourceOptions,
): pulumi.Resource[] {
  const resource = (label: string, parentId: pulumi.Input<string>, pathPart: string) =>
    new aws.apigateway.Resource(`${name}-${label}`, { restApi: api.id, parentId, pathPart }, child).id;
  const method = (
    label: string,
    resourceId: pulumi.Input<string>,
    httpMethod: string,
    rights: MethodAuthorization,
  ) => {
    const { httpMethod: made } = new aws.apigateway.Method(
      label,
      { restApi: api.id, resourceId, httpMethod, ...rights },
      child,
    );
    return new aws.apigateway.Integration(
      label,
      {
        ...{ restApi: api.id, resourceId, httpMethod: made, type: "AWS_PROXY" },
        ...{ integrationHttpMethod: "POST", uri: collector.function.invokeArn },
      },
      child,
    );
  };
  const permission = (label: string, path: string) =>
    new aws.lambda.Permission(
      label,
      {
        function: collector.function.name,
        action: "lambda:InvokeFunction",
        principal: "apigateway.amazonaws.com",
        sourceArn: pulumi.interpolate`${api.executionArn}/*/${path}`,
        sourceAccount: identity.accountId,
      },
      child,
    );

  const version = resource("v1", api.rootResourceId, "v1");
  const events = EVENTS_PATH.slice(1).reduce<pulumi.Output<string>>(
    (parent, part) => resource(part.replace(/[{}]/g, ""), parent, part),
    version,
  );
  const made: pulumi.Resource[] = [
    method(name, events, "POST", authorization),
    permission(name, "POST/v1/events/*/*"),
  ];
  if (preflights) {
    made.push(
      method(`${name}-preflight`, events, "OPTIONS", OPEN),
      permission(`${name}-preflight`, "OPTIONS/v1/events/*/*"),
    );
  }
  if (webhooks.length > 0) {
    const all = resource("webhooks", version, "webhooks");
    for (const { name: webhook, signatureHeader } of webhooks) {
      const label = `webhook-${webhook}`;
      // Said for readers and for the policies: the collector itself looks whether the signature is right.
      const signed = { requestParameters: { [`method.request.header.${signatureHeader}`]: true } };
      made.push(method(`${name}-${label}`, resource(label, all, webhook), "POST", { ...OPEN, ...signed }));
    }
    made.push(permission(`${name}-webhooks`, "POST/v1/webhooks/*"));
  }
  return made;
}
