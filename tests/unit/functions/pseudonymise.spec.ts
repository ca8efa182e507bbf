import { deflateSync } from "node:zlib";
import { expect } from "chai";
import type { FunctionColumn } from "../../../components/contract/function-spec";
import type { ColumnType } from "../../../components/contract/model";
import { cast, CastError } from "../../../functions/pseudonymise/cast";
import type { DeliveryEvent } from "../../../functions/pseudonymise/delivery-record";
import { transformBatch, type TransformSettings } from "../../../functions/pseudonymise/firehose";
import { pseudonym } from "../../../functions/pseudonym/pseudonym";
import { ConfigurationError } from "../../../functions/environment";
import { Random } from "../../../samples/random";
import { ARRIVAL, batch, EVENT, goldenKeys, KeptLog, requestsSpec, specWith, topicBatch } from "./fixtures";

const spec = requestsSpec();
const settings: TransformSettings = { spec, keys: goldenKeys, epoch: 2 };

async function transform(event: DeliveryEvent, using: () => TransformSettings = () => settings) {
  const log = new KeptLog();
  const { records } = await transformBatch(event, using, log);
  const rows = records.map(({ data }) =>
    data === undefined ? null : Buffer.from(data, "base64").toString("utf8"),
  );
  return { records, rows, log };
}

describe("pseudonymising transform", () => {
  it("makes a row by the contract: renamed, cast, pseudonymised, dropped", async () => {
    const { records, rows } = await transform(batch(EVENT));
    expect(records).to.have.length(1);
    expect(records[0]).to.deep.include({
      recordId: "record-0",
      result: "Ok",
      metadata: { partitionKeys: { dt: "2026-11-21" } },
    });
    expect(rows[0]).to.match(/^\{.*\}\n$/);
    expect(JSON.parse(rows[0] as string)).to.deep.equal({
      id: "event-1",
      occurred_at: "2026-11-20 15:00:00.000",
      user_id: pseudonym(await goldenKeys.key("user-id", 2), "user-id", "U00012345"),
      email: pseudonym(await goldenKeys.key("email", 2), "email", "honggildong@example.ac.kr"),
      course_id: "CSE101",
      page: "/courses/CSE101",
      http_method: "GET",
      session_id: "session-1",
      duration_ms: 1200,
      pseudonym_epoch: 2,
    });
  });

  it("makes the same row of a topic's record, and answers under the key that Firehose asks for there", async () => {
    const fromStream = await transform(batch(EVENT));
    const fromTopic = await transform(topicBatch(EVENT, Buffer.alloc(0), EVENT));
    expect(fromTopic.records.map(({ result }) => result)).to.deep.equal(["Ok", "ProcessingFailed", "Ok"]);
    const { data, ...rest } = fromStream.records[0];
    expect(fromTopic.records[0]).to.deep.equal({ ...rest, kafkaRecordValue: data });
    expect(fromTopic.records[1]).to.deep.equal({ recordId: "record-1", result: "ProcessingFailed" });
  });

  it("reads a topic's value behind the header of the Glue schema registry, plain or compressed", async () => {
    const plain = Buffer.from(JSON.stringify(EVENT), "utf8");
    const id = Buffer.from("6f3a0d2e9b5c4d1e8f7a0b1c2d3e4f50", "hex");
    const behind = (compression: number, body: Buffer) =>
      Buffer.concat([Buffer.from([3, compression]), id, body]);
    const bomb = deflateSync(Buffer.alloc(11 * 1024 * 1024, "a"));
    const { records } = await transform(
      topicBatch(
        plain,
        behind(0, plain),
        behind(5, deflateSync(plain)),
        ...[behind(5, plain), behind(5, bomb), behind(9, plain), behind(0, plain).subarray(0, 17)],
      ),
    );
    const values = records.map(({ kafkaRecordValue }) => kafkaRecordValue);
    expect(new Set(values.slice(0, 3)).size).to.equal(1);
    expect(records.map(({ result }) => result)).to.deep.equal([
      ...["Ok", "Ok", "Ok"],
      ...["ProcessingFailed", "ProcessingFailed", "ProcessingFailed", "ProcessingFailed"],
    ]);
  });

  it("dates a topic's record by the moment that the topic took it", async () => {
    const undated = { ...spec, partition: { column: "dt" as const, from: null } };
    const { records } = await transform(topicBatch(EVENT), () => ({ ...settings, spec: undated }));
    expect(records[0].metadata).to.deep.equal({ partitionKeys: { dt: "2026-11-21" } });
  });

  it("keeps null null, and gives an empty string a pseudonym", async () => {
    const { duration_ms: _, ...short } = EVENT;
    const { rows } = await transform(batch({ ...short, email: null }, { ...EVENT, email: "" }));
    expect(JSON.parse(rows[0] as string)).to.include({ email: null, duration_ms: null });
    expect(JSON.parse(rows[1] as string).email).to.match(/^[\w-]{21}[AQgw]$/);
  });

  it("leaves keys behind that the contract does not name", async () => {
    const { rows } = await transform(batch({ ...EVENT, phone: "010-1234-5678" }));
    expect(rows[0]).not.to.include("010-1234-5678").and.not.to.include("phone");
  });

  for (const [occurred_at, dt] of [
    ["2026-11-20T23:59:59.999+09:00", "2026-11-20"],
    ["2026-11-20T15:00:00Z", "2026-11-21"],
    ["2026-11-20T14:59:59.999Z", "2026-11-20"],
    ["2025-12-31T15:00:00.000Z", "2026-01-01"],
  ]) {
    it(`${occurred_at} lands in ${dt}`, async () => {
      const { records } = await transform(batch({ ...EVENT, occurred_at }));
      expect(records[0].metadata).to.deep.equal({ partitionKeys: { dt } });
    });
  }

  it("takes the day of arrival when the contract dates by nothing else", async () => {
    const undated = { ...spec, partition: { column: "dt" as const, from: null } };
    const { records } = await transform(batch(EVENT), () => ({ ...settings, spec: undated }));
    expect(new Date(ARRIVAL).toISOString()).to.match(/^2026-11-21T03/);
    expect(records[0].metadata).to.deep.equal({ partitionKeys: { dt: "2026-11-21" } });
  });

  const { id: _, ...withoutId } = EVENT;
  const BAD: [why: string, record: unknown, reason: string][] = [
    ["broken JSON", Buffer.from('{"user_name":"홍길동뷁"'), "is not JSON in UTF-8"],
    ["another encoding", Buffer.from([0x7b, 0xc8, 0xab, 0x7d]), "is not JSON in UTF-8"],
    ["nothing", Buffer.alloc(0), "is not JSON in UTF-8"],
    ["a list", [EVENT], "is not a JSON object"],
    ["null", null, "is not a JSON object"],
    ["a missing key", withoutId, "id: is required"],
    ["a null in a required key", { ...EVENT, user_id: null }, "user_id: is required"],
    ["a wrong type", { ...EVENT, user_id: 12345 }, "user_id: is not of type string"],
    [
      "a wrong type in a dropped key",
      { ...EVENT, user_name: ["홍길동뷁"] },
      "user_name: is not of type string",
    ],
    [
      "a moment without offset",
      { ...EVENT, occurred_at: "2026-11-21T00:00:00" },
      "occurred_at: is not of type timestamp",
    ],
    [
      "decomposed text in a pseudonymised key",
      { ...EVENT, email: "jose\u0301@example.kr" },
      "email: normalForm: must be in composed form (NFC)",
    ],
    ["a key of the prototype only", JSON.parse('{"__proto__": {"id": "event-1"}}'), "id: is required"],
  ];
  for (const [why, record, reason] of BAD) {
    it(`fails ${why} alone, saying why without a value`, async () => {
      const { records, log } = await transform(batch(EVENT, record, EVENT));
      expect(records.map(({ result }) => result)).to.deep.equal(["Ok", "ProcessingFailed", "Ok"]);
      expect(records[1]).to.deep.equal({ recordId: "record-1", result: "ProcessingFailed" });
      expect(log.lines).to.deep.equal([
        JSON.stringify({ message: "record failed", recordId: "record-1", reason }),
      ]);
    });
  }

  it("masks and generalises as the contract says, and keeps null null", async () => {
    const masked = specWith("user_name", { treatment: "mask", keepLast: 1 });
    const columns = masked.columns.map((column) =>
      column.name === "remote_ip" ? { ...column, treatment: "generalise" as const } : column,
    );
    const { rows } = await transform(
      batch(EVENT, { ...EVENT, user_name: null, remote_ip: null }, { ...EVENT, user_name: "" }),
      () => ({ ...settings, spec: { ...spec, columns } }),
    );
    const made = rows.map((row) => JSON.parse(row as string));
    expect(made[0]).to.include({ user_name: "***뷁", remote_ip: "2001:db8::/48" });
    expect(made[1]).to.include({ user_name: null, remote_ip: null });
    expect(made[2]).to.include({ user_name: "" });
  });

  it("fails what can't be generalised alone, saying so without the value", async () => {
    const coarse = specWith("remote_ip", { treatment: "generalise" });
    const { records, log } = await transform(batch({ ...EVENT, remote_ip: "secret-place" }, EVENT), () => ({
      ...settings,
      spec: coarse,
    }));
    expect(records.map(({ result }) => result)).to.deep.equal(["ProcessingFailed", "Ok"]);
    expect(log.lines[0]).to.include("remote_ip: generalise: must be an IPv4").and.not.to.include("secret");
  });

  for (const change of [
    { treatment: "mask", keepLast: null },
    { treatment: "generalise", kind: "email" },
    { treatment: "pseudonymise", kind: null },
    { treatment: "later-invented" as "mask" },
  ] satisfies Partial<FunctionColumn>[]) {
    it(`lets nothing pass in clear for want of a rule: ${JSON.stringify(change)}`, async () => {
      const { records, log } = await transform(batch(EVENT), () => ({
        ...settings,
        spec: specWith("user_name", change),
      }));
      expect(records[0].result).to.equal("ProcessingFailed");
      expect(log.lines[0]).to.include(`user_name: can't be treated by ${change.treatment}`);
    });
  }

  it("fails the batch, and does not throw, when KMS does", async () => {
    const keys = {
      key: async () => {
        throw Object.assign(new Error("secret request"), { name: "KMSInvalidStateException" });
      },
    };
    const { records, log } = await transform(batch(EVENT, EVENT), () => ({ ...settings, keys }));
    expect(records.map(({ result }) => result)).to.deep.equal(["ProcessingFailed", "ProcessingFailed"]);
    expect(log.lines).to.have.length(1);
    expect(log.lines[0]).to.include("KMSInvalidStateException").and.not.to.include("secret");
  });

  it("fails the batch, and says the fix, when it is set up wrongly", async () => {
    const { records, log } = await transform(batch(EVENT), () => {
      throw new ConfigurationError("environment variable DATA_SET is not set; the stack sets it");
    });
    expect(records[0].result).to.equal("ProcessingFailed");
    expect(log.lines[0]).to.include("DATA_SET is not set");
  });

  for (const odd of [
    undefined,
    null,
    {},
    { records: null },
    { records: [null, "text", {}, { recordId: "a" }, { recordId: "b", data: 7 }] },
    { records: [{ recordId: "c", kafkaRecordValue: null }] },
  ]) {
    it(`answers an odd event: ${JSON.stringify(odd)}`, async () => {
      const { records } = await transform(odd as unknown as DeliveryEvent);
      expect(records.every(({ result }) => result === "ProcessingFailed")).to.equal(true);
      expect(records).to.have.length(
        (odd as { records?: unknown[] } | null | undefined)?.records?.length ?? 0,
      );
    });
  }

  it("stays below Lambda's 6 MB: what does not fit is failed alone", async () => {
    const large = { ...EVENT, page: "가".repeat(400) };
    const { records, log } = await transform(batch(...Array.from({ length: 4000 }, () => large)));
    expect(Buffer.byteLength(JSON.stringify({ records }))).to.be.within(5.5 * 2 ** 20, 6 * 2 ** 20);
    expect(records[0].result).to.equal("Ok");
    expect(records[3999]).to.deep.equal({ recordId: "record-3999", result: "ProcessingFailed" });
    expect(log.lines.at(-1)).to.include("does not fit in the answer");
  });

  it("never throws and never shows a value, whatever comes (seeded fuzz)", async () => {
    const random = new Random(7);
    const marker = "personal-marker";
    const odd = [
      marker,
      -1,
      1e300,
      true,
      null,
      [],
      [marker],
      {},
      { [marker]: marker },
      "",
      "2026-11-21",
      2 ** 40,
    ];
    const record = () => {
      if (random.chance(0.2)) return Buffer.from(Array.from({ length: 40 }, () => random.integer(0, 255)));
      if (random.chance(0.1)) return random.pick(odd);
      const event: Record<string, unknown> = { ...EVENT, user_name: marker, email: marker, user_id: marker };
      // Keys whose text is kept are spoilt by other types only: what they hold is the producer's to answer for.
      for (const key of random.choose(Object.keys(event), random.integer(0, 3))) {
        event[key] = random.pick(odd.filter((value) => typeof value !== "string"));
      }
      const text = JSON.stringify(event);
      return random.chance(0.3) ? Buffer.from(text.slice(0, random.integer(0, text.length))) : event;
    };
    const event = batch(...Array.from({ length: 3000 }, record));
    const { records, rows, log } = await transform(event);
    expect(records.map(({ recordId }) => recordId)).to.deep.equal(
      event.records.map(({ recordId }) => recordId),
    );
    expect(records.filter(({ result }) => result === "Ok").length).to.be.within(300, 2700);
    for (const text of [...rows, ...log.lines]) expect(text ?? "").not.to.include(marker);
  });
});

describe("cast", () => {
  const GOOD: [ColumnType, unknown, unknown][] = [
    ["string", "x", "x"],
    ["int", -2147483648, -2147483648],
    ["bigint", 9007199254740991, 9007199254740991],
    ["double", 1.5, 1.5],
    ["boolean", false, false],
    ["date", "2028-02-29", "2028-02-29"],
    ["timestamp", "2026-11-21T00:00:00+09:00", "2026-11-20 15:00:00.000"],
    ["decimal(5,2)", 123.45, 123.45],
    ["decimal(2,2)", 0.25, 0.25],
  ];
  for (const [type, value, stored] of GOOD) {
    it(`${type} takes ${JSON.stringify(value)}`, () => expect(cast(type, value)).to.equal(stored));
  }

  const BAD: [ColumnType, unknown][] = [
    ["string", 1],
    ["int", 2147483648],
    ["int", 1.5],
    ["int", "1"],
    ["bigint", 9007199254740992],
    ["double", "1.5"],
    ["boolean", 0],
    ["date", "2026-02-29"],
    ["timestamp", 1795219200000],
    ["decimal(5,2)", 1234.5],
    ["decimal(5,2)", 1.234],
    ["decimal(5,2)", "1.2"],
  ];
  for (const [type, value] of BAD) {
    it(`${type} refuses ${JSON.stringify(value)}, naming the type only`, () => {
      expect(() => cast(type, value)).to.throw(CastError, `is not of type ${type}`);
    });
  }
});
