import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { Calendar, hiveTimestamp, isDate, parseMoment } from "../../../functions/event-time";

interface Moment {
  readonly value: string;
  readonly timeZone: string;
  readonly dt: string;
  readonly utc: string;
}

const moments = JSON.parse(
  readFileSync(join(__dirname, "../../golden/partition-dates.json"), "utf8"),
) as readonly Moment[];

describe("moments of events", () => {
  for (const { value, timeZone, dt, utc } of moments) {
    it(`${value} is ${dt} in ${timeZone}`, () => {
      const moment = parseMoment(value) as number;
      expect(hiveTimestamp(moment)).to.equal(utc);
      expect(new Calendar(timeZone).date(moment)).to.equal(dt);
    });
  }

  it("one calendar keeps both sides of midnight apart, whichever it saw first", () => {
    const seoul = moments.filter(({ timeZone }) => timeZone === "Asia/Seoul");
    for (const order of [seoul, [...seoul].reverse()]) {
      const calendar = new Calendar("Asia/Seoul");
      for (const { value, dt } of [...order, ...order]) {
        expect(calendar.date(parseMoment(value) as number), value).to.equal(dt);
      }
    }
  });

  it("agrees with Intl on every quarter of an hour's edge of a year", () => {
    const calendar = new Calendar("Asia/Seoul");
    const start = Date.parse("2026-01-01T00:00:00Z");
    for (let hour = 0; hour < 366 * 24; hour++) {
      const moment = start + hour * 3_600_000;
      const plain = new Date(moment + 9 * 3_600_000).toISOString().slice(0, 10);
      expect(calendar.date(moment)).to.equal(plain);
      expect(calendar.date(moment - 1)).to.equal(
        new Date(moment - 1 + 9 * 3_600_000).toISOString().slice(0, 10),
      );
    }
  });

  for (const value of [
    "2026-11-21T09:00:00",
    "2026-11-21",
    "2026-11-21 09:00:00Z",
    "2026-02-30T09:00:00Z",
    "2026-13-01T09:00:00Z",
    "2026-11-21T24:00:00Z",
    "2026-11-21T23:59:60Z",
    "2026-11-21T09:00:00+24:00",
    "2026-11-21T09:00:00.Z",
    "0026-11-21T09:00:00Z",
    "1795219200000",
    "",
  ]) {
    it(`"${value}" is no moment`, () => expect(parseMoment(value)).to.equal(undefined));
  }

  it("reads offsets without colon and lower case, and cuts finer fractions off", () => {
    expect(hiveTimestamp(parseMoment("2026-11-21t09:00:00.123999999+0900") as number)).to.equal(
      "2026-11-21 00:00:00.123",
    );
    expect(parseMoment("2026-11-21T00:00:00.1z")).to.equal(Date.parse("2026-11-21T00:00:00.100Z"));
  });

  it("knows the calendar", () => {
    expect(["2028-02-29", "2026-12-31"].every(isDate)).to.equal(true);
    expect(["2026-02-29", "2026-00-10", "2026-1-1", "26-01-01", "2026-04-31"].some(isDate)).to.equal(false);
  });
});
