import { deflateSync } from "node:zlib";
import { expect } from "chai";
import {
  decodeGlue,
  encodeGlue,
  glueDeserializer,
  glueSerializer,
  KafkaConsumer,
  KafkaProducer,
  murmur2,
  partitionOfKey,
} from "../../../../clients/kafka";
import { iamToken } from "../../../../clients/kafka/connection";

const VERSION = "b7b4a7f0-9c96-4e4a-a687-fb5de9ef0c63";

describe("the Kafka clients", () => {
  it("hash keys as Java's do (Kafka's own UtilsTest)", () => {
    const golden: readonly (readonly [string, number])[] = [
      ["21", -973932308],
      ["foobar", -790332482],
      ["a-little-bit-long-string", -985981536],
      ["a-little-bit-longer-string", -1486304829],
      ["lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8", -58897971],
      ["abc", 479470107],
    ];
    expect(golden.map(([text]) => murmur2(Buffer.from(text)))).to.deep.equal(golden.map(([, hash]) => hash));
  });

  it("send a key whose hash is negative where Java sends it", () => {
    // (-973932308 & 0x7fffffff) % 6; the unsigned hash would give 2.
    expect(partitionOfKey(Buffer.from("21"), 6)).to.equal(1173551340 % 6);
  });

  it("write and read the form of Glue's registry, plain and by zlib", () => {
    const payload = Buffer.from('{"id":"r1"}');
    const head = Buffer.from("b7b4a7f09c964e4aa687fb5de9ef0c63", "hex");
    expect(encodeGlue({ versionId: VERSION, payload })).to.deep.equal(
      Buffer.concat([Buffer.from([3, 0]), head, payload]),
    );
    expect(encodeGlue({ versionId: VERSION, payload }, true)).to.deep.equal(
      Buffer.concat([Buffer.from([3, 5]), head, deflateSync(payload)]),
    );
    for (const compress of [false, true]) {
      expect(decodeGlue(encodeGlue({ versionId: VERSION, payload }, compress))).to.deep.equal({
        versionId: VERSION,
        payload,
      });
    }
    expect(() => decodeGlue(Buffer.from('{"id":"r1"}'))).to.throw("its first byte is not 3");
    expect(() => decodeGlue(Buffer.concat([Buffer.from([3, 1]), head]))).to.throw("compression byte is 1");
  });

  it("check values against the registry's schema, asked for once, and never say a value", async () => {
    let asked = 0;
    const client = {
      send: () => {
        asked += 1;
        return Promise.resolve({
          SchemaVersionId: VERSION,
          SchemaArn: "arn:aws:glue:ap-northeast-2:000000000000:schema/events/lms-requests-v1",
          DataFormat: "JSON",
          SchemaDefinition: JSON.stringify({
            $schema: "http://json-schema.org/draft-07/schema#",
            type: "object",
            properties: { id: { type: "string" }, duration_ms: { type: "integer" } },
            required: ["id"],
          }),
        });
      },
    } as never;
    const write = glueSerializer({ registry: "events", schema: "lms-requests-v1", client });
    const read = glueDeserializer({ registry: "events", schema: "lms-requests-v1", client });
    const bytes = await write({ id: "r1" }, "lms.requests");
    await write({ id: "r2" }, "lms.requests");
    expect(await read(bytes, "lms.requests")).to.deep.equal({ id: "r1" });
    expect(asked).to.equal(2);
    const refused = await Promise.resolve(
      write({ id: "r3", duration_ms: "010-1234-5678" }, "lms.requests"),
    ).catch((error: Error) => error);
    expect((refused as Error).message).to.equal(
      "the value does not fit the schema lms-requests-v1: /duration_ms (type)",
    );
    const other = glueDeserializer({ registry: "events", schema: "sis-grades-v1", client });
    const foreign = await Promise.resolve(other(bytes, "lms.requests")).catch((error: Error) => error);
    expect((foreign as Error).message).to.contain("lms-requests-v1, not sis-grades-v1");
  });

  it("say everything that is wrong with settings at once, with the fix", () => {
    const connection = {
      bootstrap: ["b-1.example.com:9098", "b-2"],
      clientId: "",
      access: { kind: "none" as const },
    };
    const problemsOf = (make: () => unknown): string[] => {
      try {
        make();
      } catch (error) {
        return [...(error as Error).message.matchAll(/^- ([\w.]+):/gm)].map(([, setting]) => setting!);
      }
      return [];
    };
    expect(
      problemsOf(() => new KafkaProducer({ connection, acks: 1, idempotent: true, lingerMs: -1 } as never)),
    ).to.deep.equal([
      ...["connection.bootstrap", "connection.clientId", "connection.access", "idempotent"],
      ...["keySerializer", "valueSerializer", "lingerMs"],
    ]);
    expect(
      problemsOf(() => new KafkaConsumer({ connection, sessionTimeoutMs: 6000, heartbeatMs: 3000 } as never)),
    ).to.deep.equal([
      ...["connection.bootstrap", "connection.clientId", "connection.access", "groupId", "topics"],
      ...["keyDeserializer", "valueDeserializer", "heartbeatMs"],
    ]);
  });

  it("take a token of MSK's that is signed for the cluster's region", async () => {
    const own = { AWS_ACCESS_KEY_ID: "test", AWS_SECRET_ACCESS_KEY: "test" };
    const before = { ...process.env };
    Object.assign(process.env, own);
    try {
      const url = new URL(Buffer.from(await iamToken("ap-northeast-2"), "base64url").toString("utf8"));
      expect(url.host).to.equal("kafka.ap-northeast-2.amazonaws.com");
      expect(url.searchParams.get("Action")).to.equal("kafka-cluster:Connect");
      expect(url.searchParams.get("X-Amz-Expires")).to.equal("900");
    } finally {
      // Key by key: a copy in its place would no longer be the environment that Node itself reads.
      for (const name of Object.keys(own)) delete process.env[name];
      Object.assign(process.env, before);
    }
  });
});
