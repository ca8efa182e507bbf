import { expect } from "chai";
import { request } from "node:http";
import { connect } from "node:net";

import {
  type ChartAnswer,
  loadDashboards,
  type ServedDashboards,
  serveDashboards,
} from "../../../dashboards";
import { cannedQuery, DATABASES, HOSTILE } from "./canned";

const args = { dashboards: loadDashboards(), databases: DATABASES, meta: { stack: "test" }, port: 0 };

interface Reply {
  readonly status: number;
  readonly headers: NodeJS.Dict<string | string[]>;
  readonly body: string;
}

/** By node:http rather than fetch, which does not let a test choose the Host header. */
function get(
  url: string,
  path: string,
  headers: Record<string, string> = {},
  method = "GET",
): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const sent = request(
      { host: "127.0.0.1", port: new URL(url).port, path, method, headers },
      (response) => {
        let body = "";
        response.setEncoding("utf8").on("data", (chunk: string) => (body += chunk));
        response.on("end", () =>
          resolve({ status: response.statusCode ?? 0, headers: response.headers, body }),
        );
      },
    );
    sent.on("error", reject).end();
  });
}

describe("the live page", () => {
  let served: ServedDashboards;
  before(async () => (served = await serveDashboards({ ...args, query: cannedQuery })));
  after(() => served.close());

  it("answers at 127.0.0.1 only", async () => {
    expect(served.url).to.match(/^http:\/\/127\.0\.0\.1:\d+\/$/);
    // 127.0.0.2 is this machine too; a server on all addresses would answer there.
    const refused = await new Promise((resolve) => {
      const socket = connect({ host: "127.0.0.2", port: Number(new URL(served.url).port) });
      socket.once("error", () => resolve(true)).once("connect", () => resolve(socket.destroy() && false));
    });
    expect(refused).to.equal(true);
  });

  for (const host of ["127.0.0.1:8080", "localhost", "LOCALHOST:1"]) {
    it(`answers as ${host}`, async () =>
      expect((await get(served.url, "/", { Host: host })).status).to.equal(200));
  }
  for (const host of [
    "evil.example",
    "127.0.0.1.evil.example",
    "localhost.evil.example:80",
    "[::1]",
    "10.0.0.1",
  ]) {
    it(`does not answer as ${host}`, async () => {
      const { status, body } = await get(served.url, "/api/charts/learning/users", { Host: host });
      expect(status).to.equal(421);
      expect(body).not.to.contain("1234567");
    });
  }

  it("gives no data to another site's page, but some to its own and to programs", async () => {
    const path = "/api/charts/learning/users";
    expect((await get(served.url, path, { "Sec-Fetch-Site": "cross-site" })).status).to.equal(403);
    expect((await get(served.url, path, { "Sec-Fetch-Site": "same-site" })).status).to.equal(403);
    expect((await get(served.url, path, { "Sec-Fetch-Site": "same-origin" })).status).to.equal(200);
    expect((await get(served.url, path)).status).to.equal(200);
  });

  it("lets the page load from itself only", async () => {
    const { headers, body } = await get(served.url, "/");
    const policy = String(headers["content-security-policy"]);
    expect(policy).to.contain("default-src 'none'").and.contain("frame-ancestors 'none'");
    expect(policy).not.to.match(/https?:|unsafe|\*/);
    expect(headers).to.include({ "x-content-type-options": "nosniff", "cache-control": "no-store" });
    for (const [, address] of body.matchAll(/<(?:script|link|img)[^>]*(?:src|href)="([^"]*)"/g)) {
      expect(address).to.match(/^(\/page\.(js|css)|data:image\/svg\+xml,.*)$/);
    }
  });

  it("answers each chart as JSON, hostile text as data", async () => {
    const { status, headers, body } = await get(served.url, "/api/charts/learning/by-course");
    const answer = JSON.parse(body) as ChartAnswer;
    expect(status).to.equal(200);
    expect(headers["content-type"]).to.match(/^application\/json/);
    expect(answer)
      .to.have.property("rows")
      .that.deep.equals([[HOSTILE, "1234567"]]);
    expect(Date.parse(answer.refreshedAt)).to.be.closeTo(Date.now(), 60_000);
  });

  it("serves its script and style", async () => {
    expect((await get(served.url, "/page.js")).headers["content-type"]).to.match(/^text\/javascript/);
    expect((await get(served.url, "/page.css")).body).to.contain("Pretendard");
  });

  for (const path of [
    "//",
    "/api/charts/learning/nothing",
    "/api/charts/../..",
    "/../package.json",
    "/%2e%2e/",
  ]) {
    it(`has nothing at ${path}`, async () => expect((await get(served.url, path)).status).to.equal(404));
  }

  it("can only be read", async () => {
    const { status, headers } = await get(served.url, "/", {}, "POST");
    expect(status).to.equal(405);
    expect(headers["allow"]).to.equal("GET, HEAD");
  });

  it("says so when the port is taken", async () => {
    const port = Number(new URL(served.url).port);
    const error = await serveDashboards({ ...args, query: cannedQuery, port }).then(
      () => undefined,
      (reason: Error) => reason,
    );
    expect(error?.message).to.equal(
      `port ${port} of 127.0.0.1 is taken; stop what uses it or choose another port`,
    );
  });

  it("shows the reason of a failed query and keeps running", async () => {
    const failing = await serveDashboards({
      ...args,
      query: async () => Promise.reject(new Error("TABLE_NOT_FOUND: lms.requests")),
    });
    try {
      const { status, body } = await get(failing.url, "/api/charts/learning/users");
      expect(status).to.equal(502);
      expect(JSON.parse(body)).to.include({ error: "TABLE_NOT_FOUND: lms.requests" });
      expect((await get(failing.url, "/")).status).to.equal(200);
    } finally {
      await failing.close();
    }
  });
});
