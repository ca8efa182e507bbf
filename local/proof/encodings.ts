/** The ways in which a value can stand in bytes: what a search for leaks has to look for. */
import { createHash } from "node:crypto";
import { encodeCp949 } from "../../components/contract/csv/cp949";
import type { Pattern, PatternSet } from "./byte-search";

/** Shorter byte strings occur by chance; values are chosen so that none of their spellings is. */
const SHORTEST = 8;

/** Every spelling of every value, without repetitions. */
export function patternsOf(values: readonly string[]): PatternSet {
  return new Spellings(values, VALUE_SPELLINGS);
}

/**
 * Spellings of secret bytes: raw, hex and base64.
 * @param first what the first secret is numbered as, where values are searched for beside. @default 0
 */
export function patternsOfBytes(secrets: readonly Buffer[], first = 0): PatternSet {
  return new Spellings(secrets, SECRET_SPELLINGS, first);
}

/** How a value is written; `undefined` where the encoding lacks one of its characters. */
type Spell<Value> = (value: Value) => Buffer | undefined;
type Spelling<Value> = readonly [encoding: string, spell: Spell<Value>];

/** A pattern's number is its value's times the number of spellings, and its spelling's. */
class Spellings<Value> implements PatternSet {
  readonly size: number;

  constructor(
    private readonly values: readonly Value[],
    private readonly spellings: readonly Spelling<Value>[],
    private readonly first = 0,
  ) {
    this.size = values.length * spellings.length;
  }

  each(take: (bytes: Uint8Array, number: number) => void): void {
    for (const [value, text] of this.values.entries()) {
      const written: Buffer[] = [];
      for (const [at, [, spell]] of this.spellings.entries()) {
        const bytes = spell(text);
        if (bytes === undefined || bytes.length < SHORTEST) continue;
        if (written.some((other) => other.length === bytes.length && other.equals(bytes))) continue;
        written.push(bytes);
        take(bytes, value * this.spellings.length + at);
      }
    }
  }

  bytesOf(number: number): Uint8Array {
    const { value, spelling } = this.split(number);
    return spelling[1](this.values[value]!)!;
  }

  describe(number: number): Pattern {
    const { value, spelling } = this.split(number);
    return { encoding: spelling[0], value: this.first + value };
  }

  private split(number: number): { value: number; spelling: Spelling<Value> } {
    const { length } = this.spellings;
    return { value: Math.floor(number / length), spelling: this.spellings[number % length]! };
  }
}

const utf8 = (value: string): Buffer => Buffer.from(value, "utf8");
const ascii = (text: string): Buffer => Buffer.from(text, "latin1");

const VALUE_SPELLINGS: readonly Spelling<string>[] = [
  ["utf-8", utf8],
  ["cp949", cp949],
  ["utf-16le", (value) => Buffer.from(value, "utf16le")],
  ["utf-16be", (value) => Buffer.from(value, "utf16le").swap16()],
  ...hex("hex", utf8),
  ...base64("base64", utf8),
  ["percent", (value) => ascii(encodeURIComponent(value))],
  [
    "percent (lower)",
    (value) => ascii(encodeURIComponent(value).replace(/%[0-9A-F]{2}/g, (escape) => escape.toLowerCase())),
  ],
  ["\\u", (value) => ascii(unicodeEscapes(value))],
  [
    "\\u (upper)",
    (value) =>
      ascii(unicodeEscapes(value).replace(/u([0-9a-f]{4})/g, (_, d: string) => `u${d.toUpperCase()}`)),
  ],
  ...["md5", "sha1", "sha256"].flatMap((name) => digests(name)),
];

const itself = (secret: Buffer): Buffer => secret;

const SECRET_SPELLINGS: readonly Spelling<Buffer>[] = [
  ["raw", itself],
  ...hex("hex", itself),
  ...base64("base64", itself),
];

/** A value with characters that CP949 lacks has no such spelling; one in ASCII has the one that UTF-8 has. */
function cp949(value: string): Buffer | undefined {
  if (/^[ -~]*$/.test(value)) return undefined;
  try {
    return encodeCp949(value);
  } catch {
    return undefined;
  }
}

function hex<Value>(name: string, bytes: (value: Value) => Buffer): Spelling<Value>[] {
  return [
    [name, (value) => ascii(bytes(value).toString("hex"))],
    [`${name} (upper)`, (value) => ascii(bytes(value).toString("hex").toUpperCase())],
  ];
}

/** Within a longer text, base64 of the same bytes looks different at each of three offsets; edges depend on neighbours. */
function base64<Value>(name: string, bytes: (value: Value) => Buffer): Spelling<Value>[] {
  return [0, 1, 2].flatMap((offset): Spelling<Value>[] => [
    [`${name}+${offset}`, (value) => ascii(base64At(offset, bytes(value)))],
    [
      `${name}url+${offset}`,
      (value) => ascii(base64At(offset, bytes(value)).replaceAll("+", "-").replaceAll("/", "_")),
    ],
  ]);
}

function base64At(offset: number, bytes: Buffer): string {
  const text = Buffer.concat([Buffer.alloc(offset), bytes]).toString("base64");
  return text.slice(Math.ceil((offset * 8) / 6), Math.floor(((offset + bytes.length) * 8) / 6));
}

/** Unkeyed hashes, which anybody can try all values against. */
function digests(name: string): Spelling<string>[] {
  // The four spellings of one value come one after the other, so its digest is made once.
  let last: { readonly value: string; readonly digest: Buffer } | undefined;
  const digest = (value: string): Buffer => {
    if (last?.value !== value) last = { value, digest: createHash(name).update(value, "utf8").digest() };
    return last.digest;
  };
  return [
    [name, digest],
    ...hex(`${name} hex`, digest),
    [`${name} base64`, (value) => ascii(digest(value).toString("base64"))],
  ];
}

/** JSON's and Java's escapes for everything that is not ASCII: one for each UTF-16 unit. */
function unicodeEscapes(value: string): string {
  return value
    .split("")
    .map((unit) => (unit < "\x80" ? unit : `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`))
    .join("");
}
