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
 * Names and addresses must come in Unicode NFC: Spark has no built-in normaliser, so the source is held to it instead.
 *
 * @throws TypeError when the kind is none of the contract's.
 */
export function normalise(kind: IdentifierKind, value: string): string {
  const rule = RULES[kind];
  if (rule === undefined) {
    throw new TypeError(`identifier kind "${kind}" is unknown; use one of ${Object.keys(RULES).join(", ")}`);
  }
  return rule(value.replace(/^[ \t\r\n]+|[ \t\r\n]+$/g, ""));
}
