/** What the engine asks, as bytes: made and read without google-protobuf's objects, and held to them. */
import { expect } from "chai";
import { unknownCheckingProxy } from "@pulumi/policy";
import * as sdk from "@pulumi/policy/deserialize";
import { AnalyzeRequest } from "@pulumi/pulumi/proto/analyzer_pb";
import type { Struct } from "google-protobuf/google/protobuf/struct_pb";
import { analyzeRequest, analyzeStackRequest } from "../../../cli/check/request-encoder";
import type { RecordedResource } from "../../../local/recorder/recorded-resource";
import { unpacked } from "../../../policies/model/properties";
import { askedResource, askedStack } from "../../../policies/model/request-decoder";
import { unknownArray, unknownNumber, unknownString } from "../../../policies/model/unknown";
import { Random } from "../../../samples/random";
import { goodPlan, resource } from "../../policy/plan";
import { analyzeMessage, analyzeStackMessage, struct } from "./request-messages";

type Fields = Record<string, unknown>;

/** The SDK's own unpacking; it exports the function but not its type. */
const { deserializeProperties } = sdk as unknown as {
  deserializeProperties(properties: Struct, proxySecrets: boolean): object;
};

const SEED = 20_261_122;
const VALUES = 10_000;

const TEXTS = [
  "",
  "name",
  "한국어",
  "가나다라마바사",
  "👩‍🔬🎓",
  "é\u0000\t\u{10FFFF}",
  "x".repeat(47) + "é",
  "장".repeat(99),
];
const NUMBERS = [0, -0, 1, -1, 0.1, 2 ** 53, -1e308, 1.7976931348623157e308, Infinity, -Infinity, 1e-300];
const KEYS = ["name", "10", "9", "가", "é", "", "constructor", "Name", "a b", "🎓"];
const SIGNATURE = "4dabf18193072939515e22adb298388d";
const SECRET = { [SIGNATURE]: "1b47061264138c4ac30d75fd1eb44270" };
const ASSET = { [SIGNATURE]: "c44067f5952c0a294b673a41bacd8c17", text: "x" };
const ARCHIVE = { [SIGNATURE]: "0def7320c3a5731c473e5ecbe6d01bc7", path: "." };
const UNKNOWNS = [unknownString, unknownNumber, unknownArray];

describe(`the engine's questions as bytes, seed ${SEED}`, () => {
  it(`are google-protobuf's own, and are read as it reads them, for ${VALUES} values`, () => {
    const random = new Random(SEED);
    for (let round = 0; round < VALUES; round++) {
      const asked = withInputs({ value: randomValue(random, 4) });
      const message = analyzeMessage(asked);
      const bytes = analyzeRequest(asked);
      if (!bytes.equals(message.serializeBinary())) expect(bytes.toString("hex")).to.equal(hex(message));
      const { properties } = askedResource(bytes);
      const theirs = message.getProperties()!.toJavaScript();
      expect(properties).to.deep.equal(theirs);
      expect(JSON.stringify(properties)).to.equal(JSON.stringify(theirs));
    }
  });

  it("are google-protobuf's own for each resource of a plan, and for all together", () => {
    const plan = [
      ...goodPlan(),
      {
        ...withInputs({}),
        type: "",
        name: "",
        urn: "",
        parent: "",
        propertyDependencies: { b: [], a: ["", "u"] },
      },
    ];
    for (const each of plan) expect(analyzeRequest(each).toString("hex")).to.equal(hex(analyzeMessage(each)));
    const all = analyzeStackRequest(plan);
    expect(all.equals(analyzeStackMessage(plan).serializeBinary())).to.equal(true);
    const read = askedStack(all);
    expect(read.map(({ urn }) => urn)).to.deep.equal(plan.map(({ urn }) => urn));
    read.forEach(({ propertyDependencies }, index) =>
      expect(Object.fromEntries(propertyDependencies)).to.deep.equal(plan[index]!.propertyDependencies),
    );
  });

  it("hold what is not a number as one", () => {
    expect(askedResource(analyzeRequest(withInputs({ value: NaN }))).properties["value"]).to.be.NaN;
  });

  it("refuse what is no JSON, and go on", () => {
    const before = analyzeRequest(withInputs({ name: "x" }));
    expect(() => analyzeRequest(withInputs({ a: { b: undefined }, c: "x" }))).to.throw(
      TypeError,
      "undefined",
    );
    expect(analyzeRequest(withInputs({ name: "x" })).equals(before)).to.equal(true);
  });
});

describe("questions that another engine wrote", () => {
  it("may hold a map's entries in any order: the keys are sorted", () => {
    const [first, second] = ["b", "a"].map((key) => analyzeMessage(withInputs({ [key]: key })));
    const joined = [first!, second!].map((each) => Buffer.from(each.getProperties()!.serializeBinary()));
    const bytes = Buffer.concat([Buffer.from([18, joined[0]!.length + joined[1]!.length]), ...joined]);
    expect(JSON.stringify(askedResource(bytes).properties)).to.equal('{"a":"a","b":"b"}');
  });

  it("may hold fields that rules do not see", () => {
    const asked = withInputs({ name: "x" });
    const unseen = [
      [48, 200, 1],
      [121, 1, 2, 3, 4, 5, 6, 7, 8],
      [122, 2, 9, 9],
      [125, 1, 2, 3, 4],
    ].flat();
    const bytes = Buffer.concat([Buffer.from(unseen), analyzeRequest(asked)]);
    expect(askedResource(bytes)).to.deep.equal(askedResource(analyzeRequest(asked)));
  });

  it("are read by google-protobuf where they are written in an unusual way", () => {
    // A list's value of no kind; an entry with its value before its key.
    const noKind = Buffer.from([18, 10, 10, 8, 10, 1, 97, 18, 3, 50, 1, 10]);
    expect(() => askedResource(noKind)).to.throw();
    const turned = Buffer.from([18, 9, 10, 7, 18, 2, 32, 1, 10, 1, 97]);
    expect(askedResource(turned).properties).to.deep.equal({ a: true });
    expect(askedResource(turned).options).to.equal(undefined);
    const prototype = analyzeRequest(withInputs(JSON.parse('{"__proto__":{"a":1},"b":2}') as Fields));
    const theirs = AnalyzeRequest.deserializeBinary(prototype).getProperties()!.toJavaScript();
    expect(Object.keys(askedResource(prototype).properties)).to.deep.equal(Object.keys(theirs));
  });

  it("are refused, or read as google-protobuf does, wherever they are cut off", () => {
    const [asked] = goodPlan();
    const bytes = analyzeRequest(asked!);
    for (let length = 0; length < bytes.length; length++) {
      const cut = bytes.subarray(0, length);
      const theirs = outcome(
        () => AnalyzeRequest.deserializeBinary(cut).getProperties()?.toJavaScript() ?? {},
      );
      const mine = outcome(() => askedResource(cut).properties);
      if (mine !== "refused") expect(mine).to.deep.equal(theirs);
    }
  });
});

describe("properties that rules read", () => {
  it("give and throw what the SDK's give and throw at every place", () => {
    const random = new Random(SEED);
    let thrown = 0;
    for (let round = 0; round < 1000; round++) {
      const inputs = { value: randomValue(random, 4, true), name: randomValue(random, 1, true) };
      const theirs = unknownCheckingProxy(deserializeProperties(struct(inputs), false));
      const mine = unpacked(struct(inputs).toJavaScript());
      const told = everyReading(mine);
      expect(told).to.deep.equal(everyReading(theirs));
      thrown += told.filter((line) => line.includes("can't be known")).length;
    }
    expect(thrown).to.be.greaterThan(100);
  });

  it("are refused where an object is signed by no known kind", () => {
    expect(() => unpacked({ value: { [SIGNATURE]: "other" } })).to.throw("Unrecognized signature");
    expect(() => unpacked({ value: SECRET })).to.throw("unexpected undefined");
  });
});

function withInputs(inputs: Fields): RecordedResource {
  return resource("aws:s3/bucket:Bucket", "data", inputs);
}

function hex(message: { serializeBinary(): Uint8Array }): string {
  return Buffer.from(message.serializeBinary()).toString("hex");
}

function outcome(read: () => unknown): unknown {
  try {
    return read();
  } catch {
    return "refused";
  }
}

/** @param signed with secrets, assets and unknown values too */
function randomValue(random: Random, depth: number, signed = false): unknown {
  const kind = random.integer(0, depth > 0 ? (signed ? 9 : 7) : 4);
  const items = () =>
    Array.from({ length: random.integer(0, 3) }, () => randomValue(random, depth - 1, signed));
  if (kind === 0) return null;
  if (kind === 1) return random.next() < 0.5;
  if (kind === 2) return random.pick(NUMBERS);
  if (kind <= 4) return signed && random.next() < 0.2 ? random.pick(UNKNOWNS) : random.pick(TEXTS);
  if (kind <= 5) return items();
  if (kind <= 7) return Object.fromEntries(items().map((item) => [random.pick(KEYS), item]));
  if (kind === 8) return { ...SECRET, value: randomValue(random, depth - 1, true) };
  return random.next() < 0.5 ? ASSET : ARCHIVE;
}

/** A line for each place: what stands there, or what reading it throws. */
function everyReading(value: unknown, path = ""): string[] {
  if (typeof value !== "object" || value === null) return [`${path}=${typeof value} ${String(value)}`];
  const kind = value.constructor.name;
  if (kind !== "Object" && kind !== "Array") return [`${path}=${kind}`];
  return [
    `${path} is ${Array.isArray(value) ? `a list of ${value.length}` : `of ${Object.keys(value).join()}`}`,
    ...Object.keys(value).flatMap((key) => {
      try {
        return everyReading((value as Fields)[key], `${path}.${key}`);
      } catch (error) {
        return [`${path}.${key} throws ${(error as Error).name} ${(error as Error).message}`];
      }
    }),
  ];
}
