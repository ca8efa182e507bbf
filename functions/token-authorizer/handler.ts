/** Lambda entry of the token authoriser: reads its environment once and answers API Gateway. */
import { Logger } from "@aws-lambda-powertools/logger";
import type { APIGatewayTokenAuthorizerHandler } from "aws-lambda";
import { requiredVariable } from "../environment";
import { reasonOf } from "../reason";
import { authorize } from "./authorize";
import { KeySet } from "./key-set";

const log = new Logger({ serviceName: "token-authorizer" });

/** Bytes of a key set; a hundred keys are less. */
const LARGEST_SET = 256 * 1024;

async function fetchText(url: string): Promise<string> {
  try {
    const response = await fetch(url, { redirect: "error", signal: AbortSignal.timeout(3000) });
    if (!response.ok) throw new Error(`The key set's address answered ${response.status}`);
    const text = await response.text();
    if (text.length > LARGEST_SET) throw new Error("The key set is too large");
    return text;
  } catch (error) {
    log.error("the key set can't be fetched", { reason: reasonOf(error) });
    throw error;
  }
}

const rules = { issuer: requiredVariable("ISSUER"), audience: requiredVariable("AUDIENCE") };
const keys = new KeySet(requiredVariable("JWKS_URL"), fetchText);

export const handler: APIGatewayTokenAuthorizerHandler = (event, context) => {
  log.addContext(context);
  return authorize(event, rules, keys, Date.now());
};
