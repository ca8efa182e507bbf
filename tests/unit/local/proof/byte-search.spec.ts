import { createHash } from "node:crypto";
import { expect } from "chai";
import { encodeCp949 } from "../../../../components/contract/csv/cp949";
import { ByteSearch, type PatternSet } from "../../../../local/proof/byte-search";
import { patternsOf, patternsOfBytes } from "../../../../local/proof/encodings";
import { canaries, generateSample, normalisedCanaries } from "../../../../samples";
import { Random } from "../../../../samples/random";

const random = new Random(20_261_121);

function noise(length: number): Buffer {
  return Buffer.from(Array.from({ length }, () => random.integer(0, 255)));
}

/** Values of the kinds that are searched for: Korean, mixed case with signs, digits, and beyond the basic plane. */
const VALUES = ["가상인물 홍길순", "Some+Body/가@School.Example", "010-1234-5678", "𠮷野家 두번째"];

/** Each spelling, made here by other means than the code's own where there are such. */
function spellingsOf(value: string): Record<string, Buffer> {
  const utf8 = Buffer.from(value);
  const utf16le = Buffer.from(value, "utf16le");
  const utf16be = Buffer.alloc(utf16le.length);
  for (let at = 0; at < value.length; at++) utf16be.writeUInt16BE(value.charCodeAt(at), at * 2);
  const json = Array.from({ length: value.length }, (_, at) => value.charCodeAt(at))
    .map((unit) => (unit < 128 ? String.fromCharCode(unit) : `\\u${unit.toString(16).padStart(4, "0")}`))
    .join("");
  const percent = encodeURIComponent(value);
  const inside = (offset: number) => Buffer.concat([noise(offset + 3), utf8, noise(7)]);
  return {
    "utf-8": utf8,
    "utf-16le": utf16le,
    "utf-16be": utf16be,
    hex: Buffer.from(utf8.toString("hex")),
    "hex (upper)": Buffer.from(utf8.toString("hex").toUpperCase()),
    percent: Buffer.from(percent),
    "percent (lower)": Buffer.from(percent.replace(/%../g, (escape) => escape.toLowerCase())),
    "\\u": Buffer.from(json),
    "\\u (upper)": Buffer.from(json.replace(/\\u..../g, (escape) => `\\u${escape.slice(2).toUpperCase()}`)),
    ...Object.fromEntries(
      [0, 1, 2].flatMap((offset) => [
        [`base64 at ${offset}`, Buffer.from(inside(offset).toString("base64"))],
        [`base64url at ${offset}`, Buffer.from(inside(offset).toString("base64url"))],
      ]),
    ),
    ...Object.fromEntries(
      ["md5", "sha1", "sha256"].flatMap((name) => {
        const digest = createHash(name).update(value).digest();
        return [
          [name, digest],
          [`${name} hex`, Buffer.from(digest.toString("hex"))],
          [`${name} hex (upper)`, Buffer.from(digest.toString("hex").toUpperCase())],
          [`${name} base64`, Buffer.from(digest.toString("base64"))],
        ];
      }),
    ),
  };
}

describe("byte search", () => {
  const search = new ByteSearch([patternsOf(VALUES)]);

  it("finds nothing in noise alone", () => {
    expect(search.find(noise(300_000))).to.deep.equal([]);
  });

  for (const [index, value] of VALUES.entries()) {
    for (const [spelling, bytes] of Object.entries(spellingsOf(value))) {
      it(`finds value ${index} as ${spelling} in noise`, () => {
        const found = search.find(Buffer.concat([noise(1000), bytes, noise(1000)]));
        expect(new Set(found.map((pattern) => pattern.value))).to.deep.equal(new Set([index]));
      });
    }
  }

  it("finds Korean as CP949", () => {
    const bytes = Buffer.concat([noise(100), encodeCp949(VALUES[0]!), noise(100)]);
    expect(search.find(bytes).map(({ encoding }) => encoding)).to.deep.equal(["cp949"]);
  });

  it("finds what stands at the very first and the very last byte", () => {
    const value = Buffer.from(VALUES[2]!);
    expect(search.find(value)).to.have.length(1);
    expect(search.find(Buffer.concat([noise(50), value]))).to.have.length(1);
    expect(search.find(Buffer.concat([value, noise(50)]))).to.have.length(1);
  });

  it("finds no part of a value", () => {
    expect(search.find(Buffer.from(VALUES[2]!.slice(0, -1)))).to.deep.equal([]);
    expect(search.find(Buffer.from(VALUES[2]!.slice(1)))).to.deep.equal([]);
  });

  it("tells each pattern once, however often it stands there, and all that stand there", () => {
    const found = search.find(Buffer.from(`${VALUES[2]} ${VALUES[2]} ${VALUES[0]}`));
    expect(found.map((pattern) => pattern.value)).to.have.members([2, 0]);
  });

  it("finds values that begin alike", () => {
    const alike = new ByteSearch([patternsOf(["student-0001", "student-0002"])]);
    expect(alike.find(Buffer.from("student-0002")).map((pattern) => pattern.value)).to.deep.equal([1]);
  });

  it("reads a view of a larger buffer, and nothing beside it", () => {
    const whole = Buffer.concat([Buffer.from(VALUES[2]!), noise(50)]);
    const beside = new Uint8Array(whole.buffer, whole.byteOffset + VALUES[2]!.length, 50);
    expect(search.find(beside)).to.deep.equal([]);
  });

  it("finds exactly what a plain search finds, among many that nearly stand there", () => {
    const text = (least: number, most: number) => random.text("ab", random.integer(least, most));
    const values = [...new Set(Array.from({ length: 3000 }, () => text(8, 14)))];
    const many = new ByteSearch([patternsOf(values)]);
    const haystack = text(4000, 4000);
    const found = many.find(Buffer.from(haystack)).map(({ value }) => values[value]!);
    const expected = values.filter((value) => haystack.includes(value));
    expect(expected.length).to.be.within(100, values.length - 100);
    expect(found).to.have.members(expected);
  });

  it("looks through several byte strings, and over no edge between two", () => {
    const value = Buffer.from(VALUES[2]!);
    expect(search.find(noise(20), value, value)).to.have.length(1);
    expect(search.find(value.subarray(0, 5), value.subarray(5))).to.deep.equal([]);
  });

  it("numbers keys behind the values that are searched for beside", () => {
    const key = noise(32);
    const both = new ByteSearch([patternsOf(VALUES), patternsOfBytes([key], VALUES.length)]);
    expect(both.find(key)).to.deep.equal([{ encoding: "raw", value: VALUES.length }]);
    expect(both.find(Buffer.from(VALUES[0]!))).to.deep.equal([{ encoding: "utf-8", value: 0 }]);
  });

  it("finds key material raw, in hex and in base64", () => {
    const key = noise(32);
    const keys = new ByteSearch([patternsOfBytes([key])]);
    for (const bytes of [key, Buffer.from(key.toString("hex")), Buffer.from(key.toString("base64url"))]) {
      expect(keys.find(Buffer.concat([noise(100), bytes, noise(100)]))).not.to.be.empty;
    }
  });

  it("passes over runs of zero bytes, of which files are full, whatever is searched for", () => {
    let compared = 0;
    for (let seed = 0; seed < 40; seed++) {
      const keys = Array.from({ length: 200 }, (_, at) =>
        createHash("sha256").update(`${seed} ${at}`).digest(),
      );
      const searching = new ByteSearch([patternsOfBytes(keys)]);
      Object.assign(searching, { compareAt: () => (compared += 1) });
      searching.find(Buffer.alloc(100));
    }
    expect(compared, "places of 40 runs that the filter lets pass").to.equal(0);
  });

  it("refuses patterns that would be found by chance", () => {
    const bytes = Buffer.from("1234567");
    const short: PatternSet = {
      size: 1,
      each: (take) => take(bytes, 0),
      bytesOf: () => bytes,
      describe: () => ({ encoding: "utf-8", value: 0 }),
    };
    expect(() => new ByteSearch([short])).to.throw(RangeError);
  });
});

describe("values of the sample", () => {
  const sample = generateSample();

  it("are long enough to be searched for in UTF-8 and as hashes, each of them", () => {
    const values = [...canaries(sample), ...normalisedCanaries(sample)];
    const patterns = patternsOf(values);
    const searched = new Set<number>();
    patterns.each((_, number) => {
      const { encoding, value } = patterns.describe(number);
      if (encoding === "utf-8") searched.add(value);
    });
    expect(values.length - searched.size).to.equal(0);
  });
});
