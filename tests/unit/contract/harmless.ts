/** Seeded values that look like something and are nobody's: what a platform's other columns hold. */
import { createHash } from "node:crypto";
import { Random } from "../../../samples/random";

export interface Harmless {
  readonly what: string;
  readonly values: readonly string[];
  /** What a whole column of them is nevertheless taken for: the contract must say why it is not. */
  readonly aColumnMayLookLike?: string;
  /** Share of single values that may be taken for personal, where nothing tells them apart. */
  readonly atMost?: number;
}

const COUNT = 500;
const random = new Random(20261121);
const digits = (length: number): string => random.text("0123456789", length);
const make = (value: (index: number) => string): string[] =>
  Array.from({ length: COUNT }, (_, index) => value(index));
const two = (part: number): string => String(part).padStart(2, "0");
const moment = (): Date => new Date(Date.UTC(2015, 0, 1) + random.integer(0, 15 * 365 * 86_400) * 1000);
const day = (): string => moment().toISOString().slice(0, 10);
const hash = (algorithm: string, index: number, encoding: "hex" | "base64url"): string =>
  createHash(algorithm).update(String(index)).digest(encoding);
const ean13 = (first: string): string => {
  const body = first + digits(12 - first.length);
  const sum = [...body].reduce((total, digit, index) => total + Number(digit) * (index % 2 === 0 ? 1 : 3), 0);
  return body + String((10 - (sum % 10)) % 10);
};

export const HARMLESS: readonly Harmless[] = [
  {
    what: "course codes",
    values: make(() => `${random.pick(["CSE", "MAT", "KOR", "국문"])}${digits(3)}-${digits(2)}`),
  },
  { what: "counted keys", values: make((index) => String(index)) },
  { what: "padded keys", values: make((index) => String(index).padStart(11, "0")) },
  { what: "keys of ten digits", values: make((index) => String(1_000_000_000 + index)) },
  {
    what: "order numbers of day and number",
    values: make(() => `${day().replaceAll("-", "")}-${digits(6)}`),
  },
  {
    what: "order numbers of short day and number",
    values: make((index) => `${day().slice(2).replaceAll("-", "")}-${String(index).padStart(7, "0")}`),
  },
  { what: "order numbers in groups", values: make(() => `${digits(4)}-${digits(4)}-${digits(3)}`) },
  {
    what: "order numbers with letters",
    values: make(() => `ORD-${digits(8)}-${random.text("ABCDEFGHJK", 3)}`),
  },
  { what: "order numbers of sixteen digits", values: make(() => `${day().replaceAll("-", "")}${digits(8)}`) },
  { what: "parcel numbers", values: make(() => `${digits(4)}-${digits(4)}-${digits(4)}`) },
  { what: "account numbers of things", values: make(() => `${digits(3)}-${digits(2)}-${digits(5)}`) },
  { what: "UUIDs", values: make(() => random.uuid()) },
  { what: "UUIDs without hyphens", values: make(() => random.uuid().replaceAll("-", "").toUpperCase()) },
  { what: "MD5 digests", values: make((index) => hash("md5", index, "hex")) },
  { what: "SHA-1 digests", values: make((index) => hash("sha1", index, "hex")) },
  { what: "SHA-256 digests", values: make((index) => hash("sha256", index, "hex")) },
  { what: "digests in base64", values: make((index) => hash("sha256", index, "base64url")) },
  { what: "ISO moments", values: make(() => moment().toISOString()) },
  { what: "moments with offset", values: make(() => `${day()}T${two(random.integer(0, 23))}:00:00+09:00`) },
  { what: "seconds since 1970", values: make(() => String(moment().getTime() / 1000)) },
  {
    what: "milliseconds since 1970",
    values: make(() =>
      String(Date.UTC(2010, 0, 1) + random.integer(0, 525_000_000) * 1000 + random.integer(0, 999)),
    ),
  },
  { what: "microseconds since 1970", values: make(() => `${moment().getTime()}${digits(3)}`) },
  { what: "days", values: make(day) },
  {
    what: "compact moments",
    values: make(() =>
      moment()
        .toISOString()
        .replace(/[-:T]|\..*/g, ""),
    ),
  },
  { what: "ISBN-13", values: make(() => ean13(random.pick(["978", "979"]))) },
  { what: "ISBN-10", values: make(() => `${digits(9)}${random.pick(["X", digits(1)])}`) },
  { what: "Korean barcodes", values: make(() => ean13("880")), aColumnMayLookLike: "resident-number" },
  { what: "prices", values: make(() => `${random.integer(1, 999)},${digits(3)}`) },
  { what: "amounts", values: make(() => `${random.integer(0, 99_999_999)}.${digits(2)}`) },
  { what: "shares", values: make(() => String(random.next())) },
  { what: "small shares", values: make(() => (0.01 + random.next() / 1000).toFixed(11)) },
  { what: "coordinates", values: make(() => `${33 + random.next() * 5},${126 + random.next() * 3}`) },
  {
    what: "versions",
    values: make(() => `${random.integer(0, 20)}.${random.integer(0, 40)}.${random.integer(0, 99)}`),
  },
  {
    what: "packages",
    values: make(() => `library@${random.integer(0, 20)}.${random.integer(0, 40)}.${random.integer(0, 9)}`),
  },
  {
    what: "scaled images",
    values: make((index) => `/static/icons/${index}@${random.pick(["2x", "3x"])}.png`),
  },
  {
    what: "paths",
    values: make(
      () => `/courses/CSE${digits(3)}/week/${random.integer(1, 16)}?page=${random.integer(1, 90)}`,
    ),
  },
  { what: "business registration numbers", values: make(() => `${digits(3)}-${digits(2)}-${digits(5)}`) },
  { what: "postcodes", values: make(() => digits(5)) },
  { what: "vehicles", values: make(() => `${digits(3)}${random.pick(["가", "나", "다"])}${digits(4)}`) },
  {
    what: "MAC addresses",
    values: make(() => Array.from({ length: 6 }, () => random.text("0123456789abcdef", 2)).join(":")),
  },
  {
    what: "browsers",
    values: make(
      () =>
        `Mozilla/5.0 (Linux; Android 14; SM-S9${digits(2)}N) Chrome/${digits(3)}.0.${digits(4)}.${digits(2)}`,
    ),
  },
  // What these four have in common with identifiers is all there is to see in one value.
  {
    what: "numbers of six and seven digits",
    values: make(() => `${digits(6)}-${digits(7)}`),
    aColumnMayLookLike: "resident-number",
    atMost: 0.03,
  },
  { what: "coupons", values: make(() => [4, 4, 4, 4].map(digits).join("-")), atMost: 0.05 },
  { what: "numbers of thirteen digits", values: make(() => digits(13)), atMost: 0.01 },
  { what: "numbers of eleven digits", values: make(() => digits(11)), atMost: 0.01 },
];
