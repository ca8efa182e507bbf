import { expect } from "chai";
import { Collector } from "../../../functions/collector/collect";
import { EVENT, FakeKinesis, KeptLog, post, requestsSpec } from "./fixtures";

const spec = requestsSpec();

describe("collector, from pages of other origins", () => {
  const PAGE = "https://www.example.com";
  const made = (origins: string[]) =>
    new Collector({
      specs: new Map([[spec.id, spec]]),
      streams: { "lms.requests": "requests-stream" },
      ...{ kinesis: new FakeKinesis(), log: new KeptLog(), origins },
    });
  const from = (origin: string, change = {}) =>
    post(EVENT, { headers: { "content-type": "application/json", Origin: origin }, ...change });

  it("lets a browser send and read for the origins named, and for no other", async () => {
    const collecting = made([PAGE]);
    const { headers, statusCode } = await collecting.handle(from(PAGE));
    expect(statusCode).to.equal(202);
    expect(headers).to.include({ "access-control-allow-origin": PAGE, vary: "origin" });
    for (const other of ["https://www.example.com.evil.kr", "http://www.example.com", "null", "*"]) {
      const answer = await collecting.handle(from(other));
      expect(answer.headers).to.include({ vary: "origin" });
      expect(answer.headers).not.to.have.property("access-control-allow-origin");
    }
  });

  it("answers what a browser asks before, never with credentials", async () => {
    const allowed = await made([PAGE]).handle(from(PAGE, { httpMethod: "OPTIONS", body: null }));
    expect(allowed).to.deep.equal({
      statusCode: 204,
      headers: {
        vary: "origin",
        "access-control-allow-origin": PAGE,
        "access-control-allow-methods": "POST",
        "access-control-allow-headers":
          "content-type,x-api-key,authorization,x-amz-date,x-amz-security-token,x-amz-content-sha256",
        "access-control-max-age": "7200",
      },
      body: "",
    });
    const refused = await made([PAGE]).handle(from("https://evil.kr", { httpMethod: "OPTIONS" }));
    expect(refused).to.deep.equal({ statusCode: 403, headers: { vary: "origin" }, body: "" });
  });

  it("reads a refusal too", async () => {
    const { headers, statusCode } = await made([PAGE]).handle(from(PAGE, { body: "{" }));
    expect(statusCode).to.equal(400);
    expect(headers).to.include({ "access-control-allow-origin": PAGE });
  });
});
