import { expect } from "chai";
import type { ColumnType, DataSet } from "../../components/contract/model";
import type { TextKind } from "../../shipper/database/reader";
import { rowWriter } from "../../shipper/database/row-json";
import { WallClock } from "../../shipper/database/wall-clock";

describe("a row of a table as JSON", () => {
  const written = (type: ColumnType, kind: TextKind, texts: readonly (string | null)[]) => {
    const column = { name: "c", sourceName: "열", type } as DataSet["columns"][number];
    const write = rowWriter([{ column, from: { name: "c", kind, readable: true } }], {
      timeZone: "Asia/Seoul",
    } as DataSet);
    return texts.map((text) => write([text]).slice(5, -2));
  };

  it("leaves out null and keeps the empty string", () => {
    expect(written("string", "text", [null, "", "\u0001\n"])).to.deep.equal(["", '""', '"\\u0001\\n"']);
  });

  it("has numbers to the last digit, and text where there is none", () => {
    const texts = ["9007199254740993", "007", "+5", "-0.50", "1e20", " 3 ", "NaN", "", "0x10", "1,000"];
    expect(written("bigint", "number", texts)).to.deep.equal(
      [9007199254740993n, 7, 5, "-0.50", "1e20", 3, '"NaN"', '""', '"0x10"', '"1,000"'].map(String),
    );
  });

  it("has 4-byte floats in their shortest form", () => {
    const texts = [
      "3.700000047683716",
      "1234567",
      "16777216",
      "0.10000000149011612",
      "1.1754943508222875e-38",
    ];
    expect(written("double", "single", texts)).to.deep.equal(
      ["3.7", "1234567", "16777216", "0.1", "1.1754944e-38"].map(String),
    );
  });

  it("has booleans of both servers", () => {
    expect(written("boolean", "number", ["1", "0", "true", "f", "2"])).to.deep.equal(
      ["true", "false", "true", "false", '"2"'].map(String),
    );
  });

  it("has moments in UTC", () => {
    expect(
      written("timestamp", "instant", ["2026-11-20 01:00:00.5+00", "2026-11-20 01:00:00.000000"]),
    ).to.deep.equal(['"2026-11-20 01:00:00.5Z"', '"2026-11-20 01:00:00Z"']);
    expect(written("timestamp", "wallClock", ["2026-11-20 01:00:00.123450"])).to.deep.equal([
      '"2026-11-19T16:00:00.12345Z"',
    ]);
    expect(written("timestamp", "text", ["2026-11-20T01:00:00+02:00", "infinity"])).to.deep.equal([
      '"2026-11-20T01:00:00+02:00"',
      '"infinity"',
    ]);
  });
});

describe("wall-clock time", () => {
  it("is the zone's, in winter, in summer and before railways", () => {
    const seoul = new WallClock("Asia/Seoul");
    expect(seoul.moment("2026-01-01 00:00")).to.equal("2025-12-31T15:00:00Z");
    expect(seoul.moment("1988-07-01 00:30:00")).to.equal("1988-06-30T14:30:00Z");
    expect(seoul.moment("1900-01-01 08:27:52")).to.equal("1900-01-01T00:00:00Z");
  });

  it("is the earlier moment where it comes twice, and later by what is left out", () => {
    const newYork = new WallClock("America/New_York");
    expect(newYork.moment("2026-11-01 01:30:00")).to.equal("2026-11-01T05:30:00Z");
    expect(newYork.moment("2026-03-08 02:30:00")).to.equal("2026-03-08T07:30:00Z");
    expect(newYork.moment("2026-11-01 02:00:00")).to.equal("2026-11-01T07:00:00Z");
    expect(newYork.moment("2026-03-08 01:59:59")).to.equal("2026-03-08T06:59:59Z");
  });

  it("is left as it is where it is none", () => {
    const seoul = new WallClock("Asia/Seoul");
    for (const text of [
      "0000-00-00 00:00:00",
      "2026-02-30 00:00:00",
      "2026-01-01 24:00:00",
      "2026-01-01",
      "infinity",
    ])
      expect(seoul.moment(text)).to.equal(text);
  });
});
