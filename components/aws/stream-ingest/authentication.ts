/** How the collector's API knows its callers. */
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { bundleFunction } from "../../../functions/bundle";
import type { CollectorAuthentication, TokenAuthentication } from "../../collector-access";
import type { AwsContext } from "../context";
import type { EncryptionKeys } from "../foundation/encryption-keys";
import { LambdaFunction } from "../foundation/lambda-function";
import { functionCode } from "./function-code";

/** What a method asks of a request. */
export interface MethodAuthorization {
  readonly authorization: "NONE" | "AWS_IAM" | "CUSTOM";
  readonly apiKeyRequired: boolean;
  readonly authorizerId?: pulumi.Output<string>;
}

/** Seconds that API Gateway keeps what a token may (0 to 3600): a token that is taken back is known after these. */
const KEEP_SECONDS = 300;

/** Makes what the kind of authentication needs, and says what a method asks. */
export function createAuthorization(
  name: string,
  context: AwsContext,
  api: aws.apigateway.RestApi,
  args: { readonly authentication: CollectorAuthentication; readonly keys: EncryptionKeys },
  parent: pulumi.Resource,
): MethodAuthorization {
  const { authentication, keys } = args;
  if (authentication === "api-key") return { authorization: "NONE", apiKeyRequired: true };
  if (authentication === "iam") return { authorization: "AWS_IAM", apiKeyRequired: false };
  const check = createCheck(`${name}-authorizer`, context, authentication, keys, parent);
  const authorizer = new aws.apigateway.Authorizer(
    name,
    {
      name: context.names.of("api", "tokens"),
      restApi: api.id,
      type: "TOKEN",
      identitySource: "method.request.header.Authorization",
      // What is no token of three parts is refused before the function is called.
      identityValidationExpression: "^[Bb]earer [A-Za-z0-9_-]+[.][A-Za-z0-9_-]+[.][A-Za-z0-9_-]+$",
      authorizerUri: check.function.invokeArn,
      authorizerResultTtlInSeconds: KEEP_SECONDS,
    },
    { parent },
  );
  new aws.lambda.Permission(
    `${name}-authorizer`,
    {
      function: check.function.name,
      action: "lambda:InvokeFunction",
      principal: "apigateway.amazonaws.com",
      sourceArn: pulumi.interpolate`${api.executionArn}/authorizers/${authorizer.id}`,
      sourceAccount: context.identity.accountId,
    },
    { parent },
  );
  return { authorization: "CUSTOM", apiKeyRequired: false, authorizerId: authorizer.id };
}

/** Stands in no network of ours: it fetches the issuer's keys from the internet, and sees tokens but no event. */
function createCheck(
  name: string,
  context: AwsContext,
  { issuer, audience, jwksUrl }: TokenAuthentication,
  keys: EncryptionKeys,
  parent: pulumi.Resource,
): LambdaFunction {
  return new LambdaFunction(
    name,
    context,
    {
      part: "token-authorizer",
      purpose: "token-authorizer",
      description: "Says whether a caller of the collector has a token of the issuer",
      code: functionCode(bundleFunction("token-authorizer"), []),
      keys,
      environment: { ISSUER: issuer, AUDIENCE: audience, JWKS_URL: jwksUrl },
      statements: [],
      timeoutSeconds: 10,
    },
    { parent },
  );
}
