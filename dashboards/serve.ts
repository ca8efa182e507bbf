/** The live page: a small server on the loopback address, with one JSON address for each chart. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

import { ChartAnswers, type Query } from "./answers";
import type { Dashboard } from "./definition";
import { type PageAssets, pageAssets } from "./page/assets";
import { LIVE_POLICY, liveDocument, pageModel } from "./page/document";
import type { PageMeta } from "./page/model";
import type { Databases } from "./sql";

export interface ServeDashboardsArgs {
  readonly dashboards: readonly Dashboard[];
  /** Glue database by `<zone>.<domain>`. */
  readonly databases: Databases;
  readonly query: Query;
  /** TCP port on 127.0.0.1; 0 takes any free one. */
  readonly port: number;
  readonly meta: PageMeta;
  /** Seconds between refreshes of an open, visible page. @default 30 */
  readonly refreshSeconds?: number;
}

export interface ServedDashboards {
  /** Address to open, with the port that was taken. */
  readonly url: string;
  /** Stops the server and drops its connections. */
  close(): Promise<void>;
}

/** A press of "refresh" asks anew unless the answer is this young, milliseconds: holding the key must not scan the lake. */
const FORCED_MAX_AGE = 1_000;

/**
 * Serves the dashboards until `close`. Only this machine can reach it, and only by a loopback name: a `Host` of any
 * other name is refused, so that a web page cannot read it through a name that resolves to 127.0.0.1 (DNS rebinding).
 *
 * @throws Error when a dashboard names a database that `databases` lacks, or the port is taken.
 */
export async function serveDashboards(args: ServeDashboardsArgs): Promise<ServedDashboards> {
  const { dashboards, databases, query, meta, port, refreshSeconds = 30 } = args;
  const answers = new ChartAnswers(dashboards, databases, query);
  const site: Site = {
    answers,
    assets: pageAssets(),
    document: liveDocument({ ...pageModel(dashboards, answers, meta), refreshSeconds }),
    // A page refreshes every so often; half of that lets several open pages share an answer.
    maxAge: (refreshSeconds * 1_000) / 2,
  };
  const server = createServer((request, response) => void respond(site, request, response));
  await listen(server, port);
  const taken = (server.address() as AddressInfo).port;
  return {
    url: `http://127.0.0.1:${taken}/`,
    close: () =>
      new Promise((resolve, reject) => {
        server.close((error) => (error ? reject(error) : resolve()));
        server.closeAllConnections();
      }),
  };
}

interface Site {
  readonly answers: ChartAnswers;
  readonly assets: PageAssets;
  readonly document: string;
  /** Milliseconds that an answer may be old. */
  readonly maxAge: number;
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) =>
      reject(
        error.code === "EADDRINUSE"
          ? new Error(`port ${port} of 127.0.0.1 is taken; stop what uses it or choose another port`, {
              cause: error,
            })
          : error,
      ),
    );
    server.listen(port, "127.0.0.1", resolve);
  });
}

async function respond(site: Site, request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (!isLoopbackName(request.headers.host))
    return send(response, 421, TEXT, "Open this page as 127.0.0.1.\n");
  if (request.method !== "GET" && request.method !== "HEAD") {
    response.setHeader("Allow", "GET, HEAD");
    return send(response, 405, TEXT, "This address can only be read.\n");
  }
  const [pathname = "/", search = ""] = (request.url ?? "/").split("?", 2);
  if (pathname === "/") return send(response, 200, "text/html; charset=utf-8", site.document);
  if (pathname === "/page.js")
    return send(response, 200, "text/javascript; charset=utf-8", site.assets.script);
  if (pathname === "/page.css") return send(response, 200, "text/css; charset=utf-8", site.assets.style);

  const chart = /^\/api\/charts\/([a-z0-9-]+)\/([a-z0-9-]+)$/.exec(pathname);
  if (chart === null) return send(response, 404, TEXT, "There is nothing at this address.\n");
  if (!isOwnRequest(request.headers["sec-fetch-site"])) {
    return send(response, 403, TEXT, "Another site may not ask for data.\n");
  }
  const [, dashboardId = "", chartId = ""] = chart;
  const maxAge = new URLSearchParams(search).has("fresh") ? FORCED_MAX_AGE : site.maxAge;
  const answer = await site.answers.answer(dashboardId, chartId, maxAge);
  if (answer === undefined) return send(response, 404, TEXT, "There is no such chart.\n");
  send(response, "error" in answer ? 502 : 200, "application/json; charset=utf-8", JSON.stringify(answer));
}

const TEXT = "text/plain; charset=utf-8";

function send(response: ServerResponse, status: number, type: string, body: string): void {
  response.writeHead(status, {
    "Content-Type": type,
    "Content-Length": Buffer.byteLength(body),
    "Content-Security-Policy": LIVE_POLICY,
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
  });
  response.end(body);
}

function isLoopbackName(host: string | undefined): boolean {
  return host !== undefined && /^(127\.0\.0\.1|localhost)(:\d{1,5})?$/i.test(host);
}

/** Browsers say who asks; programs such as curl say nothing, and they read on this machine's own behalf. */
function isOwnRequest(site: string | string[] | undefined): boolean {
  return site === undefined || site === "same-origin" || site === "none";
}
