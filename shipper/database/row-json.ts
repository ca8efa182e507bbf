/** A row of a table as a line of JSON, in which null and the empty string differ. The engine reads it as it reads events. */
import type { Column, ColumnType, DataSet } from "../../components/contract/model";
import type { TableColumn, TableRow, TextKind } from "./reader";
import { shortFraction, WallClock } from "./wall-clock";

/** A column of the contract and the one of the table that it is read from. */
export interface ReadColumn {
  readonly column: Column;
  readonly from: TableColumn;
}

const NUMBER = /^([+-]?)0*(\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)$/;
const BOOLEANS: Readonly<Record<string, string>> = {
  true: "true",
  t: "true",
  "1": "true",
  false: "false",
  f: "false",
  "0": "false",
};
/** Most digits of a 4-byte float (IEEE 754 binary32) that tell it from all others. */
const SINGLE_DIGITS = 9;

type ToJson = (text: string) => string;

/** Writes rows of these columns, each a line with its line feed. */
export function rowWriter(columns: readonly ReadColumn[], { timeZone }: DataSet): (row: TableRow) => string {
  const clock = new WallClock(timeZone);
  const fields = columns.map(({ column, from }) => ({
    key: `${JSON.stringify(column.sourceName)}:`,
    toJson: toJsonOf(column.type, from.kind, clock),
  }));
  return (row) => {
    const members: string[] = [];
    for (let at = 0; at < fields.length; at++) {
      const text = row[at];
      if (text !== null) members.push(fields[at].key + fields[at].toJson(text));
    }
    return `{${members.join(",")}}\n`;
  };
}

/** What can't be of the contract's type stays text: the checks tell it as `<column>:type`. */
function toJsonOf(type: ColumnType, kind: TextKind, clock: WallClock): ToJson {
  const plain = kind === "single" ? shortestSingle : (text: string) => text;
  switch (type) {
    case "string":
    case "date":
      return (text) => JSON.stringify(plain(text));
    case "timestamp":
      return (text) => JSON.stringify(kind === "instant" ? instant(text) : clock.moment(text));
    case "boolean":
      return (text) => BOOLEANS[text.toLowerCase()] ?? JSON.stringify(text);
    default:
      return (text) => numberLiteral(plain(text)) ?? JSON.stringify(text);
  }
}

/** Both servers tell moments in the session's zone, UTC. */
function instant(text: string): string {
  return `${shortFraction(text.replace(/\+00$/, ""))}Z`;
}

/** JSON knows no plus sign, no leading zeros and no NaN. */
function numberLiteral(text: string): string | undefined {
  const match = NUMBER.exec(text.trim());
  return match === null ? undefined : `${match[1] === "-" ? "-" : ""}${match[2]}`;
}

/** The fewest digits that read back as the same 4-byte float: 3.7, where the 8-byte one has 3.700000047683716. */
function shortestSingle(text: string): string {
  const value = Number(text);
  for (let digits = 6; digits < SINGLE_DIGITS; digits++) {
    const shorter = Number(value.toPrecision(digits));
    if (Math.fround(shorter) === Math.fround(value)) return String(shorter);
  }
  return String(Number(value.toPrecision(SINGLE_DIGITS)));
}
