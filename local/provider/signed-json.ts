/** Calls of AWS services that the project needs no client of, signed by Signature Version 4. */
import { createHash, createHmac } from "node:crypto";
import { LOCAL_ROOT, type Credentials, type LocalEndpoints } from "../endpoints";

export interface JsonCall {
  /** Name in the signature's scope, e.g. `dynamodb`. */
  readonly service: string;
  /** `X-Amz-Target`: prefix and operation. */
  readonly target: string;
  /** Version of AWS JSON. */
  readonly version: "1.0" | "1.1";
}

/** Where a call goes; of a cloud's addresses the emulator's. */
type Address = Pick<LocalEndpoints, "emulator" | "region">;

/**
 * @param credentials of whom to call as. @default the local root
 * @throws Error with the service's code and message.
 */
export async function callJson(
  address: Address,
  { service, target, version }: JsonCall,
  input: object,
  credentials: Credentials = LOCAL_ROOT,
): Promise<Record<string, unknown>> {
  const protocol = { "content-type": `application/x-amz-json-${version}`, "x-amz-target": target };
  const response = await post(address, service, JSON.stringify(input), protocol, credentials);
  const answer = (await response.json()) as Record<string, unknown>;
  if (!response.ok) {
    const { __type: type, message, Message } = answer;
    throw new Error(`${String(type ?? response.status)}: ${String(message ?? Message ?? "no message")}`);
  }
  return answer;
}

/**
 * The same by the query protocol. Lists and maps are written out, e.g. `Tags.member.1.Key`.
 * @param credentials of whom to call as. @default the local root
 * @throws Error with the service's code and message.
 */
export async function callQuery(
  address: Address,
  {
    service,
    action,
    version,
  }: { readonly service: string; readonly action: string; readonly version: string },
  input: Readonly<Record<string, string>>,
  credentials: Credentials = LOCAL_ROOT,
): Promise<string> {
  const body = new URLSearchParams({ Action: action, Version: version, ...input }).toString();
  const protocol = { "content-type": "application/x-www-form-urlencoded; charset=utf-8" };
  const response = await post(address, service, body, protocol, credentials);
  const answer = await response.text();
  if (!response.ok) {
    const [code, message] = ["Code", "Message"].map(
      (name) => new RegExp(`<${name}>([^<]*)</${name}>`).exec(answer)?.[1],
    );
    throw new Error(`${code ?? response.status}: ${message ?? "no message"}`);
  }
  return answer;
}

async function post(
  { emulator, region }: Address,
  service: string,
  body: string,
  protocol: Readonly<Record<string, string>>,
  { accessKeyId, secretAccessKey, sessionToken }: Credentials,
): Promise<Response> {
  const { host } = new URL(emulator);
  const moment = new Date().toISOString().replace(/[-:]|\.\d{3}/g, "");
  const { "content-type": type, ...more } = protocol;
  // Signed in the order of their names.
  const headers: Record<string, string> = {
    ...{ "content-type": type!, host, "x-amz-date": moment },
    ...(sessionToken !== undefined && { "x-amz-security-token": sessionToken }),
    ...more,
  };
  const signed = Object.keys(headers).join(";");
  const scope = [moment.slice(0, 8), region, service, "aws4_request"];
  const request = [
    "POST",
    "/",
    "",
    ...Object.entries(headers).map(([name, value]) => `${name}:${value}`),
    "",
    signed,
    sha256(body),
  ].join("\n");
  const toSign = ["AWS4-HMAC-SHA256", moment, scope.join("/"), sha256(request)].join("\n");
  const key = scope.reduce<string | Buffer>(hmac, `AWS4${secretAccessKey}`);
  const signature = createHmac("sha256", key).update(toSign).digest("hex");
  const credential = `${accessKeyId}/${scope.join("/")}`;
  const { host: _host, ...sent } = headers;
  return fetch(emulator, {
    method: "POST",
    headers: {
      ...sent,
      authorization: `AWS4-HMAC-SHA256 Credential=${credential}, SignedHeaders=${signed}, Signature=${signature}`,
    },
    body,
  });
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

function hmac(key: string | Buffer, text: string): Buffer {
  return createHmac("sha256", key).update(text).digest();
}
