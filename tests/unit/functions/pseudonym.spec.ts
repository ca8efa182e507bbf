import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createHmac } from "node:crypto";
import { expect } from "chai";
import type { IdentifierKind } from "../../../components/contract/model";
import { epochKeyMessage } from "../../../functions/pseudonym/epoch-keys";
import { KmsEpochKeys } from "../../../functions/pseudonym/kms-epoch-keys";
import { HmacSha256 } from "../../../functions/pseudonym/hmac-sha256";
import { normalise } from "../../../functions/pseudonym/normalise";
import { pseudonym, Pseudonymiser } from "../../../functions/pseudonym/pseudonym";
import { Random } from "../../../samples/random";
import { goldenFiles, hmacSha256, testKmsKeyHex } from "../../golden/make";
import { goldenKeys } from "./fixtures";

interface Vector {
  readonly kind: IdentifierKind;
  readonly epoch: number;
  readonly keyHex: string;
  readonly value: string;
  readonly normalised: string;
  readonly pseudonym: string;
}

const golden = (name: string) => readFileSync(join(__dirname, "../../golden", name), "utf8");
const vectors = JSON.parse(golden("pseudonyms.json")) as Vector[];

describe("golden vectors", () => {
  for (const [name, content] of Object.entries(goldenFiles())) {
    it(`${name} is what make.ts writes`, () => expect(golden(name)).to.equal(content));
  }

  it("cover every kind in two epochs or more spellings", () => {
    expect(new Set(vectors.map(({ kind }) => kind)).size).to.equal(10);
    expect(new Set(vectors.map(({ epoch }) => epoch))).to.deep.equal(new Set([1, 2]));
  });

  for (const { rfc4231, keyHex, dataHex, macHex } of JSON.parse(golden("hmac-sha256.json"))) {
    it(`RFC 4231 case ${rfc4231}`, () => {
      const [key, data] = [Buffer.from(keyHex, "hex"), Buffer.from(dataHex, "hex")];
      expect(hmacSha256(key, data).toString("hex").startsWith(macHex)).to.equal(true);
      expect(createHmac("sha256", key).update(data).digest("hex").startsWith(macHex)).to.equal(true);
    });
  }
});

describe("pseudonym", () => {
  it("normalises as the golden vectors say", () => {
    for (const { kind, value, normalised } of vectors) expect(normalise(kind, value)).to.equal(normalised);
  });

  it("is what the golden vectors say", () => {
    for (const { kind, keyHex, value, pseudonym: expected } of vectors) {
      expect(pseudonym(Buffer.from(keyHex, "hex"), kind, value)).to.equal(expected);
    }
  });

  it("refuses a kind that no contract has", () => {
    expect(() => normalise("shoe-size" as IdentifierKind, "270")).to.throw(
      TypeError,
      /"shoe-size" is unknown; use one of/,
    );
  });
});

describe("HmacSha256", () => {
  const random = new Random(11);
  const same = (key: Buffer, message: string) =>
    expect(new HmacSha256(key).base64url(message)).to.equal(
      hmacSha256(key, Buffer.from(message)).toString("base64url"),
    );

  it("is RFC 2104 for messages of every length around its own limits", () => {
    const hmac = new HmacSha256(Buffer.alloc(32, 7));
    for (const letter of ["x", "é", "가", "😀"]) {
      for (let length = 0; length < 400; length++) {
        const message = letter.repeat(length);
        const expected = hmacSha256(Buffer.alloc(32, 7), Buffer.from(message)).toString("base64url");
        expect(hmac.base64url(message)).to.equal(expected);
      }
    }
  });

  it("is RFC 2104 for keys shorter and longer than a block", () => {
    for (const length of [0, 1, 31, 32, 63, 64, 65, 200]) {
      same(Buffer.from(random.text("0123456789abcdef", 2 * length), "hex"), "홍길동 😀");
    }
  });

  it("hashes half a surrogate pair as the replacement character, as UTF-8 has no other", () => {
    same(Buffer.alloc(32, 1), "\ud83dx");
    expect(new HmacSha256(Buffer.alloc(32, 1)).base64url("\ud83d")).to.equal(
      new HmacSha256(Buffer.alloc(32, 1)).base64url("\ufffd"),
    );
  });
});

describe("Pseudonymiser", () => {
  it("gives the golden pseudonyms with keys of the kind and epoch", async () => {
    for (const epoch of [1, 2]) {
      const ofEpoch = vectors.filter((vector) => vector.epoch === epoch);
      const pseudonyms = await Pseudonymiser.load(
        goldenKeys,
        new Set(ofEpoch.map(({ kind }) => kind)),
        epoch,
      );
      for (const { kind, value, pseudonym: expected } of [...ofEpoch, ...ofEpoch]) {
        expect(pseudonyms.of(kind, value)).to.equal(expected);
      }
    }
  });

  it("refuses a kind whose key was not loaded", async () => {
    const pseudonyms = await Pseudonymiser.load(goldenKeys, ["email"], 1);
    expect(() => pseudonyms.of("phone", "x")).to.throw('no key is loaded for identifier kind "phone"');
  });
});

describe("KmsEpochKeys", () => {
  const kms = (answer: (call: number) => { Mac?: Uint8Array }) => {
    const sent: { KeyId: string; MacAlgorithm: string; Message: Buffer }[] = [];
    const send = async (command: { input: (typeof sent)[number] }) => {
      sent.push(command.input);
      return answer(sent.length);
    };
    return { sent, client: { send } as unknown as ConstructorParameters<typeof KmsEpochKeys>[1] };
  };

  it("asks KMS once for each kind and epoch, with the message of the golden vectors", async () => {
    const mac = (message: Buffer) => hmacSha256(Buffer.from(testKmsKeyHex, "hex"), message);
    const { sent, client } = kms((call) => ({ Mac: mac(sent[call - 1].Message) }));
    const keys = new KmsEpochKeys("alias/pseudonym", client);
    const { keyHex } = vectors.find(({ kind, epoch }) => kind === "phone" && epoch === 2) as Vector;
    const [first, second] = await Promise.all([keys.key("phone", 2), keys.key("phone", 2)]);
    expect(first.toString("hex")).to.equal(keyHex);
    expect(second).to.equal(first);
    await keys.key("phone", 1);
    expect(sent.map(({ Message }) => Message.toString("utf8"))).to.deep.equal([
      "naru/v1/phone/2",
      "naru/v1/phone/1",
    ]);
    expect(sent[0]).to.include({ KeyId: "alias/pseudonym", MacAlgorithm: "HMAC_SHA_256" });
    expect(epochKeyMessage("phone", 2)).to.equal("naru/v1/phone/2");
  });

  it("asks again after a failure", async () => {
    const { sent, client } = kms((call) => {
      if (call === 1) throw new Error("throttled");
      return { Mac: Buffer.alloc(32, 7) };
    });
    const keys = new KmsEpochKeys("key", client);
    expect(await keys.key("email", 1).catch((error: Error) => error.message)).to.equal("throttled");
    expect(await keys.key("email", 1)).to.deep.equal(Buffer.alloc(32, 7));
    expect(sent).to.have.length(2);
  });

  it("refuses a key of another length", async () => {
    const keys = new KmsEpochKeys("key", kms(() => ({ Mac: Buffer.alloc(16) })).client);
    const error = await keys.key("email", 1).catch((reason: Error) => reason);
    expect(error).to.be.an("error").with.property("message").that.includes("16 bytes instead of 32");
  });
});
