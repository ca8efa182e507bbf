import { gzipSync } from "node:zlib";
import { expect } from "chai";
import { encodeCp949 } from "../../components/contract/csv/cp949";
import { type Chunk, chunksOf } from "../../shipper/source/chunks";
import { Cp949Decoder } from "../../shipper/source/cp949-stream";
import { cutCsv, cutLines, type CutRecords, linesOf } from "../../shipper/source/records";
import { encodingOf, openText, PieceReader, readStart, textOfStart } from "../../shipper/source/text";
import { temporaryFolder } from "../unit/contract/temporary-folder";

interface Cutting {
  readonly chunkBytes?: number;
  readonly longestRecord?: number;
  /** Bytes that arrive at a time. */
  readonly step?: number;
  readonly cut?: CutRecords;
}

async function chunks(text: string | Buffer, cutting: Cutting = {}): Promise<Chunk[]> {
  const bytes = Buffer.from(text);
  const { step = bytes.length, chunkBytes = 1 << 20, longestRecord, cut = cutCsv(",") } = cutting;
  const pieces = async function* () {
    for (let at = 0; at < bytes.length; at += step) yield bytes.subarray(at, at + step);
  };
  const found: Chunk[] = [];
  for await (const chunk of chunksOf(new PieceReader(pieces()), {
    path: "a.csv",
    cut,
    chunkBytes,
    longestRecord,
  }))
    found.push(chunk);
  return found;
}

const texts = (found: readonly Chunk[]) => found.map(({ bytes }) => bytes.toString());
const lines = (found: readonly Chunk[]) => found.map(({ firstLine }) => firstLine);

async function refusal(work: Promise<unknown>): Promise<string> {
  try {
    await work;
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error("nothing was refused");
}

describe("chunks of a source", () => {
  it("are cut between records, whatever line breaks stand in quotes", async () => {
    const text = 'a,"1\n2"\nb,3\nc,"x""\ny"\nd,4';
    const found = await chunks(text, { chunkBytes: 5 });
    expect(texts(found)).to.deep.equal(['a,"1\n2"\n', 'b,3\nc,"x""\ny"\n', "d,4"]);
    expect(lines(found)).to.deep.equal([1, 3, 6]);
  });

  it("know a quote only at the start of a field", async () => {
    expect(texts(await chunks('a"b,1\nc,2\n', { chunkBytes: 3 }))).to.deep.equal(['a"b,1\n', "c,2\n"]);
  });

  it("are the same however the bytes arrive", async () => {
    const text = Array.from({ length: 60 }, (_, n) => `${n},"${"가\r\n".repeat(n % 4)}",x\r\n\r\n`).join("");
    const whole = await chunks(text, { chunkBytes: 100 });
    expect(whole.length).to.be.greaterThan(5);
    for (const step of [1, 7, 64, 101]) {
      expect(await chunks(text, { chunkBytes: 100, step }), `${step}`).to.deep.equal(whole);
    }
  });

  it("end at the first record behind their size, quotes further on or not", async () => {
    const plain = "1,2\n".repeat(10);
    const found = texts(await chunks(`${plain}"3",4\n${plain}`, { chunkBytes: 9 }));
    expect(found.slice(0, 3)).to.deep.equal(["1,2\n1,2\n1,2\n", "1,2\n1,2\n1,2\n", "1,2\n1,2\n1,2\n"]);
    expect(found.join("")).to.equal(`${plain}"3",4\n${plain}`);
  });

  it("of JSON are lines", async () => {
    const [{ bytes, firstLine }] = await chunks('{"a":1}\n\r\n{"a":\u0001}\r\n{"a":"\"\n{"a":2}', {
      cut: cutLines,
    });
    const { records, broken } = linesOf(bytes, firstLine);
    expect(Buffer.from(records.bytes).toString()).to.equal('{"a":1}\n{"a":"\"\n{"a":2}\n');
    expect([records.lines, broken]).to.deep.equal([[1, 4, 5], [3]]);
  });

  it("begin behind a byte order mark, which counts as bytes", async () => {
    const marked = Buffer.concat([Buffer.from("\ufeffa,1\nb,"), Buffer.from([0xff]), Buffer.from("\n")]);
    expect(texts(await chunks("\ufeffa,1\n", { step: 1 }))).to.deep.equal(["a,1\n"]);
    expect(await refusal(chunks(marked))).to.include("byte 9, line 2, is no character of UTF-8");
  });

  it("say whether a decoder before has left characters that are none", async () => {
    expect((await chunks("a,\ufffd\n"))[0].replacements).to.equal(true);
    expect((await chunks("a,b\n"))[0].replacements).to.equal(false);
  });

  it("do not hold a record that is too long: its line is told", async () => {
    const long = `1,2\n3,"${"x".repeat(200)}\n`;
    const told = await refusal(chunks(long, { chunkBytes: 10, longestRecord: 100 }));
    expect(told).to.include("the record at line 2 is longer than 100 bytes").and.not.include("xxx");
  });

  it("do not end within quotes", async () => {
    const told = await refusal(chunks('1,2\n3,"4\n5,6\n'));
    expect(told).to.include("the record at line 2 has a quote that is never closed");
  });

  it("are text: another byte is told with its offset and line", async () => {
    const bytes = Buffer.concat([Buffer.from("가,2\n1,"), Buffer.from([0xb0, 0xa1]), Buffer.from("\n")]);
    expect(await refusal(chunks(bytes))).to.include("byte 8, line 2, is no character of UTF-8");
    expect(await refusal(chunks("1,2\n1,\0\n"))).to.include("byte 6, line 2, is NUL");
  });
});

describe("the text of a source", () => {
  const folder = temporaryFolder();

  async function text(path: string): Promise<{ encoding: string; text: string; read: number }> {
    const encoding = encodingOf(path, await readStart(path));
    let read = 0;
    const pieces: Buffer[] = [];
    const reader = await openText(path, encoding, (bytes) => (read += bytes));
    const piece = Buffer.alloc(100);
    for (let taken = await reader.read(piece, 0); taken > 0; taken = await reader.read(piece, 0)) {
      pieces.push(Buffer.from(piece.subarray(0, taken)));
    }
    await reader.close();
    return { encoding, text: Buffer.concat(pieces).toString(), read };
  }

  const content = "학번,이름\n1,뷁똠방각하\n".repeat(3);

  it("is UTF-8 as it stands", async () => {
    const path = folder.write("a.csv", `\ufeff${content}`);
    expect(await text(path)).to.include({ encoding: "utf-8", text: `\ufeff${content}` });
    expect(textOfStart(await readStart(path), "utf-8")).to.equal(content);
  });

  it("is decoded from CP949, syllables beyond KS X 1001 too", async () => {
    expect(await text(folder.write("a.csv", encodeCp949(content)))).to.include({
      encoding: "cp949",
      text: content,
    });
  });

  it("is unpacked, and the packed bytes are what was read", async () => {
    const packed = gzipSync(encodeCp949(content));
    expect(await text(folder.write("a.csv.gz", packed))).to.deep.equal({
      encoding: "cp949",
      text: content,
      read: packed.length,
    });
  });

  it("is refused when the pack is cut off", async () => {
    const random = Buffer.from(Array.from({ length: 400_000 }, (_, n) => 48 + (((n * n * 7919) % 61) % 43)));
    const packed = gzipSync(random);
    const path = folder.write("a.csv.gz", packed.subarray(0, packed.length - 20));
    expect(await refusal(text(path))).to.include("is cut off, damaged or followed by other bytes");
    const followed = folder.write("b.csv.gz", Buffer.concat([gzipSync("가,나\n"), Buffer.from("more")]));
    expect(await refusal(text(followed))).to.include("is cut off, damaged or followed by other bytes");
    const plain = folder.write("c.csv.gz", "가,나\n");
    expect(await refusal(text(plain))).to.include("is no gzip file");
  });

  it("is refused when it is a workbook, UTF-16 or another encoding", async () => {
    expect(await refusal(text(folder.write("a.csv", "PK\x03\x04")))).to.include("a workbook");
    expect(await refusal(text(folder.write("b.csv", Buffer.from("가,나", "utf16le"))))).to.include("UTF-16");
    const told = await refusal(text(folder.write("c.csv", Buffer.from([0x31, 0x0a, 0xff, 0xff]))));
    expect(told).to.include("neither UTF-8 nor CP949: byte 2, line 2, is no character of CP949");
    const spoilt = Buffer.concat([Buffer.from("학번\n가\n"), Buffer.from([0xff, 0x0a])]);
    expect(await refusal(text(folder.write("d.csv", spoilt)))).to.include(
      "byte 11, line 3, is no character of UTF-8",
    );
  });

  it("is decoded alike however its bytes are cut", () => {
    const bytes = encodeCp949(content);
    for (let at = 0; at <= bytes.length; at++) {
      const decoder = new Cp949Decoder();
      const both = [decoder.decode(bytes.subarray(0, at)), decoder.decode(bytes.subarray(at))];
      decoder.end();
      expect(Buffer.concat(both).toString()).to.equal(content);
      expect(decoder.failure).to.equal(undefined);
    }
  });

  it("ends at the byte that begins no character", () => {
    const decoder = new Cp949Decoder();
    const bytes = Buffer.concat([encodeCp949("가a"), Buffer.from([0xff, 0x20])]);
    expect(decoder.decode(bytes).toString()).to.equal("가a");
    expect(decoder.failure).to.equal(3);
  });
});
