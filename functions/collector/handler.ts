/** Lambda entry of the collector: reads its environment once and answers requests. */
import { Logger } from "@aws-lambda-powertools/logger";
import { KinesisClient } from "@aws-sdk/client-kinesis";
import { NodeHttpHandler } from "@smithy/node-http-handler";
import type { APIGatewayProxyHandler } from "aws-lambda";
import { ConfigurationError, readSpecs, readWebhooks, requiredVariable } from "../environment";
import { Collector } from "./collect";
import { Webhooks, type ReadSecret } from "./webhooks";

const log = new Logger({ serviceName: "collector" });

/** A variable that holds JSON. */
function parsed<T>(variable: string, what: string): T {
  try {
    return JSON.parse(requiredVariable(variable)) as T;
  } catch (error) {
    if (error instanceof ConfigurationError) throw error;
    throw new ConfigurationError(`${variable} is not ${what}`);
  }
}

/**
 * Two tries for a secret and four for the stream end before API Gateway's 29 s (quota "Integration timeout"). Without
 * `throwOnRequestTimeout` a client only warns, and a stream that hangs would be a 504 that names no event.
 */
const TIMEOUTS = { connectionTimeout: 1000, requestTimeout: 3000, throwOnRequestTimeout: true };

/**
 * The collector repeats failed puts itself. HTTP/1.1 rather than the client's default HTTP/2: one put at a time has nothing
 * to multiplex, and signatures over plain-text HTTP/2 carry no host header that a local endpoint could verify.
 */
const kinesis = new KinesisClient({ maxAttempts: 1, requestHandler: new NodeHttpHandler(TIMEOUTS) });

/** Its client is loaded where a webhook asks for it: no other request waits for it. */
const readSecret: ReadSecret = async (arn) => {
  const { SecretsManager } = await import("@aws-sdk/client-secrets-manager");
  const { SecretString } = await new SecretsManager({
    maxAttempts: 2,
    requestHandler: TIMEOUTS,
  }).getSecretValue({ SecretId: arn });
  return SecretString ?? "";
};

const collector = new Collector({
  specs: readSpecs(__dirname),
  streams: parsed("STREAMS", "a JSON object of data set id to stream name"),
  origins: parsed("ORIGINS", "a JSON list of origins"),
  webhooks: new Webhooks(readWebhooks(__dirname), readSecret),
  kinesis,
  log,
});

export const handler: APIGatewayProxyHandler = (request, context) => {
  log.addContext(context);
  return collector.handle(request);
};
