/** Stands before the local cloud's services, and refuses, cuts or tells a call that changes something. */
import { createServer, request, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { LocalEndpoints } from "../../endpoints";

/**
 * - `refuse`: the call is answered as IAM refuses it, and does nothing.
 * - `cut`: the connection ends before the service hears of the call.
 * - `tell`: the call is done; who asked to be told may kill its caller, which never hears of it.
 */
export type Fault = "refuse" | "cut" | "tell";

interface Set {
  readonly fault: Fault;
  /** Calls that go through before. */
  left: number;
  readonly onTold?: () => void;
}

export class Proxy {
  readonly endpoints: LocalEndpoints;
  /** Calls that change something, since the last fault was set. */
  calls = 0;
  private fault: Set | undefined;

  private constructor(
    cloud: LocalEndpoints,
    private readonly servers: readonly Server[],
    ports: readonly number[],
  ) {
    const [emulator, services] = ports.map((port) => `http://127.0.0.1:${port}`) as [string, string];
    this.endpoints = { ...cloud, emulator, services };
  }

  static async before(cloud: LocalEndpoints): Promise<Proxy> {
    const handlers: ((incoming: IncomingMessage, outgoing: ServerResponse) => void)[] = [];
    const servers = [cloud.emulator, cloud.services].map((_, at) =>
      createServer((incoming, outgoing) => handlers[at]!(incoming, outgoing)),
    );
    const ports = await Promise.all(servers.map(listening));
    const proxy = new Proxy(cloud, servers, ports);
    for (const target of [cloud.emulator, cloud.services]) {
      handlers.push((incoming, outgoing) => void proxy.pass(new URL(target), incoming, outgoing));
    }
    return proxy;
  }

  /** Meets one call, after `left` others. @param onTold called when a `tell` has been done */
  set(fault: Fault, left: number, onTold?: () => void): void {
    this.calls = 0;
    this.fault = { fault, left, onTold };
  }

  /** @returns whether the fault was met. */
  clear(): boolean {
    const met = this.fault === undefined;
    this.fault = undefined;
    return met;
  }

  close(): void {
    for (const server of this.servers) {
      server.close();
      server.closeAllConnections();
    }
  }

  private async pass(target: URL, incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks);
    const fault = changes(incoming, body) ? this.due() : undefined;
    if (fault?.fault === "refuse") return refuse(incoming, outgoing);
    if (fault?.fault === "cut") return void outgoing.destroy();
    const { method, headers, url: path } = incoming;
    const passed = request({ host: target.hostname, port: target.port, method, headers, path }, (answer) => {
      if (fault !== undefined) {
        answer.resume();
        return fault.onTold?.();
      }
      outgoing.writeHead(answer.statusCode!, answer.headers);
      answer.pipe(outgoing);
    });
    passed.on("error", () => outgoing.destroy());
    passed.end(body);
  }

  private due(): Set | undefined {
    this.calls += 1;
    const { fault } = this;
    if (fault === undefined || fault.left-- > 0) return undefined;
    this.fault = undefined;
    return fault;
  }
}

const READS = /^(Get|List|Describe|Head|Batch(Get|Describe))/;

function changes({ method, headers, url = "" }: IncomingMessage, body: Buffer): boolean {
  const target = headers["x-amz-target"];
  if (typeof target === "string") return !READS.test(target.slice(target.lastIndexOf(".") + 1));
  const [, action] = /(?:^|&)Action=(\w+)/.exec(body.subarray(0, 2000).toString()) ?? [];
  if (action !== undefined) return !READS.test(action);
  return method !== "GET" && method !== "HEAD" && !url.includes("_ministack");
}

/** In the words of the service's protocol. */
function refuse({ headers }: IncomingMessage, outgoing: ServerResponse): void {
  const [, service = ""] =
    /Credential=[^/]+\/\d+\/[\w-]+\/([\w-]+)\//.exec(headers.authorization ?? "") ?? [];
  const message = `User is not authorized to perform: ${service}:Something`;
  const form = headers["content-type"] ?? "";
  if (service === "s3" || form.includes("urlencoded")) {
    const error = `<Error><Code>AccessDenied</Code><Message>${message}</Message></Error>`;
    const wrapped = service === "s3" ? error : `<ErrorResponse>${error}</ErrorResponse>`;
    outgoing.writeHead(403, { "content-type": "text/xml" }).end(wrapped);
    return;
  }
  outgoing
    .writeHead(403, { "content-type": "application/json", "x-amzn-errortype": "AccessDeniedException" })
    .end(JSON.stringify({ __type: "AccessDeniedException", message }));
}

function listening(server: Server): Promise<number> {
  return new Promise((resolve) =>
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      resolve(typeof address === "object" && address !== null ? address.port : 0);
    }),
  );
}
