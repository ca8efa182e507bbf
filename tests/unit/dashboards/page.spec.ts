import { expect } from "chai";

import type { QueryResult } from "../../../dashboards";
import type { LineChart } from "../../../dashboards/definition";
import { Formats, instantOf, shortPseudonym } from "../../../dashboards/page/browser/format";
import { lineSeries } from "../../../dashboards/page/browser/series";
import { say, sayState } from "../../../dashboards/page/browser/words";

const line = (agg: "sum" | "median"): LineChart => ({
  id: "views",
  type: "line",
  title: { en: "Views" },
  dataSet: "views",
  time: "hour",
  grain: "hour",
  series: "course",
  value: { agg, column: "views", unit: { en: "views" } },
  limit: 100,
});
const HOUR = 3_600_000;
const START = Date.UTC(2026, 2, 1, 0);

function result(...rows: [hour: number, course: string, value: number][]): QueryResult {
  return {
    columns: [
      { name: "time", type: "timestamp" },
      { name: "series", type: "varchar" },
      { name: "value", type: "bigint" },
    ],
    rows: rows.map(([hour, course, value]) => [
      new Date(START + hour * HOUR).toISOString().replace("T", " ").replace("Z", ""),
      course,
      String(value),
    ]),
  };
}
const hours = (points: readonly (readonly [number, number])[]): number[][] =>
  points.map(([instant, value]) => [(instant - START) / HOUR, value]);

describe("values on the page", () => {
  const korean = new Formats("ko", "Asia/Seoul");

  it("separates thousands and keeps at most three decimals", () => {
    expect(korean.value("1234567", "integer")).to.equal("1,234,567");
    expect(korean.value("0.123456", "decimal")).to.equal("0.123");
  });

  it("keeps digits of text as they are, and shows null as a dash", () => {
    expect(korean.value("0012", "string")).to.equal("0012");
    expect(korean.value(null, "integer")).to.equal("–");
  });

  it("reads Athena's timestamps as UTC, with and without a fraction", () => {
    const instant = Date.UTC(2026, 2, 1, 15, 30);
    for (const text of ["2026-03-01 15:30:00", "2026-03-01 15:30:00.000", "2026-03-01 15:30:00.000000 UTC"]) {
      expect(instantOf(text), text).to.equal(instant);
    }
  });

  it("shows the school's clock: half past midnight in Seoul is the next day", () => {
    const instant = Date.UTC(2026, 2, 1, 15, 30);
    expect(korean.value("2026-03-01 15:30:00", "datetime")).to.match(/3\. 2\./);
    expect(new Date(korean.wallClock(instant)).toISOString()).to.equal("2026-03-02T00:30:00.000Z");
  });

  it("cuts pseudonyms and translates states it knows", () => {
    expect(shortPseudonym("0123456789abcdef0123456789abcdef")).to.equal("01234567…");
    expect(sayState("pseudonymise", "ko")).to.equal("가명 처리");
    expect(sayState("something", "ko")).to.equal("something");
    expect(say({ en: "Users" }, "ko")).to.equal("Users");
  });
});

describe("lines on the page", () => {
  it("sorts what came newest first", () => {
    const { shown } = lineSeries(line("sum"), result([1, "A", 5], [0, "A", 4]));
    expect(hours(shown[0]?.points ?? [])).to.deep.equal([
      [0, 4],
      [1, 5],
    ]);
  });

  it("draws an hour without views as zero, at both edges of a gap", () => {
    const { shown } = lineSeries(line("sum"), result([0, "A", 4], [9, "A", 2], [3, "B", 1]));
    expect(hours(shown[0]?.points ?? [])).to.deep.equal([
      [0, 4],
      [1, 0],
      [8, 0],
      [9, 2],
    ]);
    expect(hours(shown[1]?.points ?? [])).to.deep.equal([
      [0, 0],
      [2, 0],
      [3, 1],
      [4, 0],
      [9, 0],
    ]);
  });

  it("does not invent a median where there was nothing", () => {
    const { shown } = lineSeries(line("median"), result([0, "A", 4], [9, "A", 2]));
    expect(hours(shown[0]?.points ?? [])).to.have.length(2);
  });

  it("shows the six largest series and says how many there are", () => {
    const rows = Array.from({ length: 9 }, (_, index): [number, string, number] => [0, `C${index}`, index]);
    const { shown, all } = lineSeries(line("sum"), result(...rows));
    expect(shown.map(({ name }) => name)).to.deep.equal(["C8", "C7", "C6", "C5", "C4", "C3"]);
    expect(all).to.equal(9);
  });
});
