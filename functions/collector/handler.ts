/** Lambda entry of the collector: reads its environment once and answers requests. */
import { Logger } from "@aws-lambda-powertools/logger";
import { KinesisClient } from "@aws-sdk/client-kinesis";
import { NodeHttpHandler } from "@smithy/node-http-handler";
import type { APIGatewayProxyHandler } from "aws-lambda";
import { ConfigurationError, readSpecs, requiredVariable } from "../environment";
import { Collector } from "./collect";

const log = new Logger({ serviceName: "collector" });

/** `STREAMS`: JSON object from data set id to stream name. */
function streams(): Record<string, string> {
  try {
    return JSON.parse(requiredVariable("STREAMS")) as Record<string, string>;
  } catch (error) {
    if (error instanceof ConfigurationError) throw error;
    throw new ConfigurationError("STREAMS is not a JSON object of data set id to stream name");
  }
}

/**
 * The collector repeats failed puts itself. Four tries of 5 s end before API Gateway's 29 s (quota "Integration timeout").
 * HTTP/1.1 rather than the client's default HTTP/2: one put at a time has nothing to multiplex, and signatures over
 * plain-text HTTP/2 carry no host header that a local endpoint could verify.
 */
const kinesis = new KinesisClient({
  maxAttempts: 1,
  requestHandler: new NodeHttpHandler({ requestTimeout: 5000 }),
});

const collector = new Collector({ specs: readSpecs(__dirname), streams: streams(), kinesis, log });

export const handler: APIGatewayProxyHandler = (request, context) => {
  log.addContext(context);
  return collector.handle(request);
};
