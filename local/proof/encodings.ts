/** The ways in which a value can stand in bytes: what a search for leaks has to look for. */
import { createHash } from "node:crypto";
import { encodeCp949 } from "../../components/contract/csv/cp949";

/** One byte string to look for, and which spelling of which value it is. The value itself is never reported. */
export interface Pattern {
  readonly bytes: Buffer;
  readonly encoding: string;
  /** Position of the value in the list searched for. */
  readonly value: number;
}

/** Shorter byte strings occur by chance; values are chosen so that none of their spellings is. */
const SHORTEST = 8;

/** Every spelling of every value, without repetitions. */
export function patternsOf(values: readonly string[]): Pattern[] {
  return values.flatMap((value, index) => distinct(spellings(value), index));
}

/** Spellings of secret bytes: raw, hex and base64. */
export function patternsOfBytes(secrets: readonly Buffer[]): Pattern[] {
  return secrets.flatMap((secret, index) =>
    distinct([["raw", secret], ...hex("hex", secret), ...base64("base64", secret)], index),
  );
}

type Spelling = readonly [encoding: string, bytes: Buffer];

function spellings(value: string): Spelling[] {
  const utf8 = Buffer.from(value, "utf8");
  const utf16 = Buffer.from(value, "utf16le");
  return [
    ["utf-8", utf8],
    ...cp949(value),
    ["utf-16le", utf16],
    ["utf-16be", Buffer.from(utf16).swap16()],
    ...hex("hex", utf8),
    ...base64("base64", utf8),
    ["percent", Buffer.from(encodeURIComponent(value))],
    [
      "percent (lower)",
      Buffer.from(encodeURIComponent(value).replace(/%[0-9A-F]{2}/g, (escape) => escape.toLowerCase())),
    ],
    ["\\u", Buffer.from(unicodeEscapes(value))],
    [
      "\\u (upper)",
      Buffer.from(unicodeEscapes(value).replace(/u([0-9a-f]{4})/g, (_, d: string) => `u${d.toUpperCase()}`)),
    ],
    ...["md5", "sha1", "sha256"].flatMap((name) => {
      const digest = createHash(name).update(utf8).digest();
      return [
        [name, digest] as const,
        ...hex(`${name} hex`, digest),
        [`${name} base64`, Buffer.from(digest.toString("base64"))] as const,
      ];
    }),
  ];
}

/** A value with characters that CP949 lacks has no such spelling. */
function cp949(value: string): Spelling[] {
  try {
    return [["cp949", encodeCp949(value)]];
  } catch {
    return [];
  }
}

function hex(name: string, bytes: Buffer): Spelling[] {
  const text = bytes.toString("hex");
  return [
    [name, Buffer.from(text)],
    [`${name} (upper)`, Buffer.from(text.toUpperCase())],
  ];
}

/** Within a longer text, base64 of the same bytes looks different at each of three offsets; edges depend on neighbours. */
function base64(name: string, bytes: Buffer): Spelling[] {
  return [0, 1, 2].flatMap((offset) => {
    const text = Buffer.concat([Buffer.alloc(offset), bytes])
      .toString("base64")
      .replace(/=+$/, "");
    const first = Math.ceil((offset * 8) / 6);
    const whole = Math.floor(((offset + bytes.length) * 8) / 6);
    const core = text.slice(first, whole);
    return [
      [`${name}+${offset}`, Buffer.from(core)] as const,
      [`${name}url+${offset}`, Buffer.from(core.replaceAll("+", "-").replaceAll("/", "_"))] as const,
    ];
  });
}

/** JSON's and Java's escapes for everything that is not ASCII: one for each UTF-16 unit. */
function unicodeEscapes(value: string): string {
  return value
    .split("")
    .map((unit) => (unit < "\x80" ? unit : `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`))
    .join("");
}

function distinct(spellings: readonly Spelling[], value: number): Pattern[] {
  const seen = new Set<string>();
  return spellings.flatMap(([encoding, bytes]) => {
    const key = bytes.toString("latin1");
    if (bytes.length < SHORTEST || seen.has(key)) return [];
    seen.add(key);
    return [{ bytes, encoding, value }];
  });
}
