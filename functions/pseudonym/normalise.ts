/** One spelling per identifier, so that one person has one pseudonym. Spark and the shipper follow the same rules. */
import type { IdentifierKind } from "../../components/contract/model";

/** Letters outside ASCII stay as they are: their case mapping differs between Unicode versions and engines. */
const lower = (value: string): string => value.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
const upper = (value: string): string => value.replace(/[a-z]+/g, (letters) => letters.toUpperCase());
const digits = (value: string): string => value.replace(/[^0-9]+/g, "");

/** `+82 10-…` and `010-…` are one number: Korea's country code stands for the leading zero. */
const domestic = (value: string): string => digits(value).replace(/^82(?=[1-9])/, "0");

const same = (value: string): string => value;

const RULES: Readonly<Record<IdentifierKind, (value: string) => string>> = {
  "student-id": upper,
  "user-id": upper,
  email: lower,
  phone: domestic,
  "person-name": same,
  "resident-number": digits,
  "card-number": digits,
  "ip-address": lower,
  address: same,
  "birth-date": same,
};

/**
 * The spelling of `value` that is hashed. Space, tab, carriage return and line feed are stripped at both ends for every
 * kind; other Unicode white space is part of the value, since engines disagree on what it is.
 *
 * Values must come in Unicode NFC: Spark has no built-in normaliser, so the source is held to it (`normal-form.ts`).
 *
 * @throws TypeError when the kind is none of the contract's.
 */
export function normalise(kind: IdentifierKind, value: string): string {
  const rule = RULES[kind];
  if (rule === undefined) {
    throw new TypeError(`identifier kind "${kind}" is unknown; use one of ${Object.keys(RULES).join(", ")}`);
  }
  return rule(strip(value));
}

const isSpace = (code: number): boolean => code === 0x20 || code === 0x09 || code === 0x0d || code === 0x0a;

/**
 * Without space, tab, carriage return and line feed at either end. A loop, since the regular expression for the end looks
 * at a run of spaces inside the text once for each of its characters: a megabyte of them would hold the function for hours.
 */
export function strip(value: string): string {
  let [start, end] = [0, value.length];
  while (start < end && isSpace(value.charCodeAt(start))) start++;
  while (start < end && isSpace(value.charCodeAt(end - 1))) end--;
  return start === 0 && end === value.length ? value : value.slice(start, end);
}
