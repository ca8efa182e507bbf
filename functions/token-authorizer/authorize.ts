/** From a token to what API Gateway lets its bearer do: post events of any data set, or nothing. */
import type { APIGatewayAuthorizerResult, APIGatewayTokenAuthorizerEvent } from "aws-lambda";
import type { KeySet } from "./key-set";
import { isTaken, type TokenRules } from "./token";

/** The message that API Gateway turns into 401; any other is a 500. */
const REFUSED = "Unauthorized";

/**
 * @throws Error `Unauthorized` when the token does not hold; another when the issuer's keys can't be fetched (500): a collector that knows
 * nobody lets nobody in.
 */
export async function authorize(
  { authorizationToken, methodArn }: APIGatewayTokenAuthorizerEvent,
  rules: TokenRules,
  keys: KeySet,
  now: number,
): Promise<APIGatewayAuthorizerResult> {
  const token = /^bearer (\S+)$/i.exec(authorizationToken)?.[1];
  if (token === undefined || !(await isTaken(token, rules, keys, now))) throw new Error(REFUSED);
  // arn:…:<api>/<stage>/POST/v1/events/…; the answer is kept and used for other data sets too.
  const [api, stage] = methodArn.split("/");
  return {
    // It stands in API Gateway's logs where those are on: no caller's name.
    principalId: "bearer",
    policyDocument: {
      Version: "2012-10-17",
      Statement: [
        { Effect: "Allow", Action: "execute-api:Invoke", Resource: `${api}/${stage}/POST/v1/events/*` },
      ],
    },
  };
}
