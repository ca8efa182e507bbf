/** From an API Gateway request to the events it carries, or the status that refuses it. */
import type { APIGatewayProxyEvent } from "aws-lambda";

/** Most events a request may hold: Kinesis takes up to 500 records in one PutRecords. */
export const MAX_EVENTS = 500;

/** Most bytes of a body: one record of Kinesis is up to 1 MB, and 500 events of 2 kB make as much. */
export const MAX_BODY_BYTES = 1_000_000;

/** A request that is answered before its events are looked at. The message never quotes the request. */
export class RequestError extends Error {
  constructor(
    readonly status: 400 | 404 | 413 | 415,
    message: string,
  ) {
    super(message);
  }
}

/** The data set that the path `/v1/events/{domain}/{name}` names. */
export function dataSetOf(request: APIGatewayProxyEvent): string {
  const { domain, name } = request.pathParameters ?? {};
  return `${domain ?? ""}.${name ?? ""}`;
}

/**
 * The events of the body: one JSON object, or an array of them.
 * @throws RequestError 415 when the body is not declared as JSON, 413 when it is too large, 400 when it can't be parsed
 * or is empty.
 */
export function eventsOf(request: APIGatewayProxyEvent): unknown[] {
  if (mediaType(request.headers ?? {}) !== "application/json") {
    throw new RequestError(415, "send the events with content-type: application/json");
  }
  const body = Buffer.from(request.body ?? "", request.isBase64Encoded ? "base64" : "utf8");
  if (body.length > MAX_BODY_BYTES) {
    throw new RequestError(
      413,
      `the body is larger than ${MAX_BODY_BYTES} bytes; split it into several requests`,
    );
  }
  const parsed = parse(body);
  const events = Array.isArray(parsed) ? parsed : [parsed];
  if (events.length > MAX_EVENTS) {
    throw new RequestError(
      413,
      `${events.length} events are more than ${MAX_EVENTS}; split them into several requests`,
    );
  }
  if (events.length === 0) throw new RequestError(400, "the array holds no event; send at least one");
  return events;
}

function mediaType(headers: Record<string, string | undefined>): string | undefined {
  const [, value] = Object.entries(headers).find(([name]) => name.toLowerCase() === "content-type") ?? [];
  return value?.split(";")[0].trim().toLowerCase();
}

const utf8 = new TextDecoder("utf-8", { fatal: true });

function parse(body: Buffer): unknown {
  try {
    return JSON.parse(utf8.decode(body));
  } catch {
    // The parser's own message quotes the body.
    throw new RequestError(400, "the body is not JSON in UTF-8; send one event or an array of events");
  }
}
