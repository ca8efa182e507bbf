/** From an API Gateway request to the events it carries, or the status that refuses it. */
import type { APIGatewayProxyEvent } from "aws-lambda";
import { repeatingEvents } from "./repeated-keys";

/** Most events a request may hold: Kinesis takes up to 500 records in one PutRecords. */
export const MAX_EVENTS = 500;

/** Most bytes of a body: one record of Kinesis is up to 1 MB, and 500 events of 2 kB make as much. */
export const MAX_BODY_BYTES = 1_000_000;

/** A request that is answered before its events are looked at. The message never quotes the request. */
export class RequestError extends Error {
  constructor(
    readonly status: 400 | 401 | 404 | 413 | 415 | 503,
    message: string,
  ) {
    super(message);
  }
}

/** What a body holds. */
export interface Events {
  readonly all: readonly unknown[];
  /** Places of those that name a key twice. */
  readonly repeating: ReadonlySet<number>;
}

/** A header's value, whatever the case of its name. */
export function headerOf({ headers }: APIGatewayProxyEvent, name: string): string | undefined {
  return Object.entries(headers ?? {}).find(([given]) => given.toLowerCase() === name)?.[1];
}

/** The data set that the path `/v1/events/{domain}/{name}` names. */
export function dataSetOf(request: APIGatewayProxyEvent): string {
  const { domain, name } = request.pathParameters ?? {};
  return `${domain ?? ""}.${name ?? ""}`;
}

/**
 * The bytes of a body that is declared as JSON, as they were sent: what a sender signs.
 * @throws RequestError 415 when the body is not declared as JSON or is compressed, 413 when it is too large.
 */
export function bodyOf(request: APIGatewayProxyEvent): Buffer {
  const mediaType = headerOf(request, "content-type")?.split(";")[0]!.trim().toLowerCase();
  if (mediaType !== "application/json") {
    throw new RequestError(415, "send the events with content-type: application/json");
  }
  const encoding = headerOf(request, "content-encoding")?.trim().toLowerCase() ?? "";
  if (encoding !== "" && encoding !== "identity") {
    throw new RequestError(415, "send the body as it is, without content-encoding");
  }
  const body = Buffer.from(request.body ?? "", request.isBase64Encoded ? "base64" : "utf8");
  if (body.length > MAX_BODY_BYTES) {
    throw new RequestError(
      413,
      `the body is larger than ${MAX_BODY_BYTES} bytes; split it into several requests`,
    );
  }
  return body;
}

/**
 * The events of a body: one JSON object, or an array of them.
 * @throws RequestError 400 when it can't be parsed or is empty, 413 when it holds too many.
 */
export function eventsOf(body: Buffer): Events {
  const { text, parsed } = parse(body);
  const all: unknown[] = Array.isArray(parsed) ? parsed : [parsed];
  if (all.length > MAX_EVENTS) {
    throw new RequestError(
      413,
      `${all.length} events are more than ${MAX_EVENTS}; split them into several requests`,
    );
  }
  if (all.length === 0) throw new RequestError(400, "the array holds no event; send at least one");
  return { all, repeating: repeatingEvents(text) };
}

const utf8 = new TextDecoder("utf-8", { fatal: true });

function parse(body: Buffer): { text: string; parsed: unknown } {
  try {
    const text = utf8.decode(body);
    return { text, parsed: JSON.parse(text) };
  } catch {
    // The parser's own message quotes the body.
    throw new RequestError(400, "the body is not JSON in UTF-8; send one event or an array of events");
  }
}
