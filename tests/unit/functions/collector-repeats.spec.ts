import { expect } from "chai";
import { Collector, type CollectorAnswer } from "../../../functions/collector/collect";
import { EVENT, FakeKinesis, KeptLog, post, requestsSpec } from "./fixtures";

const spec = requestsSpec();

function collector() {
  const kinesis = new FakeKinesis();
  const log = new KeptLog();
  const made = new Collector({
    specs: new Map([[spec.id, spec]]),
    streams: { "lms.requests": "requests-stream" },
    ...{ kinesis, log },
  });
  const send = async (body: unknown) => {
    const answer = await made.handle(post(body));
    expect(answer.body).not.to.include("secret-value");
    return { ...answer, body: JSON.parse(answer.body) as CollectorAnswer };
  };
  return { send, kinesis };
}

describe("collector, the same twice", () => {
  it("tells which events repeat one of the request, and takes them: curated keeps one", async () => {
    const { send, kinesis } = collector();
    const again = { ...EVENT, page: "/again" };
    const { statusCode, body } = await send([
      EVENT,
      { ...EVENT, id: "event-2" },
      again,
      { ...EVENT, id: 3 },
      EVENT,
    ]);
    expect(statusCode).to.equal(207);
    expect(body).to.deep.include({ accepted: 4, repeated: [2, 4] });
    const keys = kinesis.taken.map(({ partitionKey: key }) => key);
    expect([keys[2], keys[3]]).to.deep.equal([keys[0], keys[0]]);
    expect(keys[1]).not.to.equal(keys[0]);
  });

  describe("an event that names a key twice", () => {
    const text = JSON.stringify(EVENT);
    const twice = `${text.slice(0, -1)},"page":"secret-value"}`;
    const escaped = `${text.slice(0, -1)},"p\\u0061ge":"secret-value"}`;
    for (const [why, body, refused] of [
      ["alone", twice, [0]],
      ["spelt with an escape", escaped, [0]],
      ["among others", ` [${text},${twice} , ${text.replace("event-1", 'a\\",\\"{[')},${twice}]`, [1, 3]],
      ["nowhere", `[${text}]`, []],
    ] as const) {
      it(`is refused: ${why}`, async () => {
        const { body: answer } = await collector().send(body);
        expect(answer.refused).to.deep.equal(
          refused.map((index) => ({ index, reasons: ["event: names a key twice; name each once"] })),
        );
      });
    }

    it("does not make a nested value or a text one", async () => {
      for (const nested of ['["a","a","a"]', '{"page":{"page":1,"page":2}}', '"\\"page\\":1,\\"page\\":2"']) {
        const { body } = await collector().send(`[${nested}]`);
        expect(JSON.stringify(body.refused)).not.to.include("twice");
      }
    });
  });
});
