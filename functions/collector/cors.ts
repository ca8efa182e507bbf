/** Which pages of other origins a browser lets send events, and read the answer. */
import type { APIGatewayProxyEvent, APIGatewayProxyResult } from "aws-lambda";
import { headerOf } from "./request";

/** Headers that a page may send: those that the collector and each kind of authentication read. */
const ALLOWED_HEADERS =
  "content-type,x-api-key,authorization,x-amz-date,x-amz-security-token,x-amz-content-sha256";

/** Seconds that a browser keeps the answer; Chromium caps it at two hours. */
const MAX_AGE = "7200";

/**
 * Headers that let the request's origin read an answer; none for others. Credentials (cookies) are never allowed: what
 * a caller may do hangs on a header that it sets itself.
 * @param origins allowed ones, e.g. `https://www.example.com`, compared as they are.
 */
export function corsHeaders(
  request: APIGatewayProxyEvent,
  origins: readonly string[],
): Record<string, string> {
  if (origins.length === 0) return {};
  const origin = headerOf(request, "origin");
  const allowed = origin !== undefined && origins.includes(origin);
  // An answer depends on the origin even where it is refused, or a cache would hand it to another.
  return { vary: "origin", ...(allowed && { "access-control-allow-origin": origin }) };
}

/** Answers `OPTIONS`: 204 with what is allowed, 403 for an origin that is not. */
export function preflight(request: APIGatewayProxyEvent, origins: readonly string[]): APIGatewayProxyResult {
  const headers = corsHeaders(request, origins);
  if (!("access-control-allow-origin" in headers)) return { statusCode: 403, headers, body: "" };
  return {
    statusCode: 204,
    headers: {
      ...headers,
      "access-control-allow-methods": "POST",
      "access-control-allow-headers": ALLOWED_HEADERS,
      "access-control-max-age": MAX_AGE,
    },
    body: "",
  };
}
