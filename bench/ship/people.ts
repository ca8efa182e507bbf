/** Synthetic people: each number is another person, whose user id, phone number and address nobody else has. */

/** Most people there can be: a Korean mobile number has eight free digits. */
export const MOST_PEOPLE = 100_000_000;
/** Half of those digits: a permutation works on two halves. */
const HALF = 10_000;
const ROUNDS = 4;

/** Pieces of romanised names. 50 times 50 times 4 spellings times 10,000 numbers are as many addresses as people. */
const SYLLABLES = (
  "min seo ji hyun jun young soo woo jin hee kyung eun sang dong hoon tae yeon chul sun mi " +
  "ah rim bin won seok hwan gyu yul ro ha na yoon chan ho in geun sik ok ran bo da kyu myung jung " +
  "hye joon sung il han byung"
).split(" ");
const FAMILIES =
  "kim lee park choi jung kang cho yoon jang lim han oh seo shin kwon hwang ahn song ryu hong".split(" ");
const SPELLINGS = 4;
/** Invented hosts below the domain that is reserved for examples (RFC 2606). */
export const DOMAINS = (
  "hanbit mirae saebyeok pureun dasom garam nuri hanul maru onnuri " +
  "sarang haneul bora cheongsol areum baram byeol gaon ireum hana"
)
  .split(" ")
  .map((name) => `${name}.example`);

const encoded = (texts: readonly string[]) => texts.map((text) => Buffer.from(text, "latin1"));
const SYLLABLE_BYTES = encoded(SYLLABLES);
const FAMILY_BYTES = encoded(FAMILIES);
const DOMAIN_BYTES = encoded(DOMAINS.map((domain) => `@${domain}`));
const LETTERS = Buffer.from("abcdefghijkmnpqrstuvwxyz", "latin1");
const PHONE = Buffer.from("010-", "latin1");

/** Four digits of every number below 10,000, one after the other. */
const FOUR_DIGITS = Buffer.from(
  Array.from({ length: HALF }, (_, number) => String(number).padStart(4, "0")).join(""),
  "latin1",
);

const DASH = 0x2d;
const COMMA = 0x2c;
const DOT = 0x2e;
const UNDERSCORE = 0x5f;

/** Longest text that {@link writePerson} writes, bytes. */
export const LONGEST_PERSON = 96;

/** Writes `user_id,email,phone` of a person and returns where it ends. */
export function writePerson(into: Buffer, at: number, person: number): number {
  const looks = mixed(person);
  let end = writeUserId(into, at, person, looks);
  into[end++] = COMMA;
  end = writeEmail(into, end, person, looks);
  into[end++] = COMMA;
  const number = permuted(person, 0x51ed);
  end = copied(into, end, PHONE);
  end = writeFour(into, end, Math.floor(number / HALF));
  into[end++] = DASH;
  return writeFour(into, end, number % HALF);
}

/** Two letters and eight digits; the digits alone tell people apart. */
function writeUserId(into: Buffer, at: number, person: number, looks: number): number {
  const number = permuted(person, 0x2f6b);
  into[at] = LETTERS[looks % LETTERS.length];
  into[at + 1] = LETTERS[(looks >>> 8) % LETTERS.length];
  return writeFour(into, writeFour(into, at + 2, Math.floor(number / HALF)), number % HALF);
}

/** Two syllables, their spelling and the digits tell people apart; family name and host are for variety. */
function writeEmail(into: Buffer, at: number, person: number, looks: number): number {
  const number = permuted(person, 0x77a3);
  const name = Math.floor(number / HALF);
  const spelling = name % SPELLINGS;
  const first = Math.floor(name / SPELLINGS);
  const family = FAMILY_BYTES[(looks >>> 16) % FAMILY_BYTES.length];
  let end = spelling < 2 ? copied(into, at, family) : at;
  if (spelling === 1) into[end++] = DOT;
  end = copied(into, end, SYLLABLE_BYTES[first % SYLLABLES.length]);
  end = copied(into, end, SYLLABLE_BYTES[Math.floor(first / SYLLABLES.length)]);
  if (spelling >= 2) into[end++] = spelling === 2 ? DOT : UNDERSCORE;
  if (spelling >= 2) end = copied(into, end, family);
  end = writeFour(into, end, number % HALF);
  return copied(into, end, DOMAIN_BYTES[(looks >>> 4) % DOMAINS.length]);
}

/** Writes a number below 10,000 with four digits. */
export function writeFour(into: Buffer, at: number, number: number): number {
  const from = 4 * number;
  into[at] = FOUR_DIGITS[from];
  into[at + 1] = FOUR_DIGITS[from + 1];
  into[at + 2] = FOUR_DIGITS[from + 2];
  into[at + 3] = FOUR_DIGITS[from + 3];
  return at + 4;
}

/** Byte by byte: for texts this short it is faster than `Buffer.copy`. */
export function copied(into: Buffer, at: number, bytes: Uint8Array): number {
  for (let from = 0; from < bytes.length; from++) into[at + from] = bytes[from];
  return at + bytes.length;
}

/** One of {@link MOST_PEOPLE} numbers for each of as many: a Feistel network over two halves (Luby and Rackoff). */
function permuted(number: number, seed: number): number {
  let high = Math.floor(number / HALF);
  let low = number % HALF;
  for (let round = 1; round <= ROUNDS; round++) {
    // Both are below 10,000, so all of this stays in 32 bits.
    const next = (high + (mixed(low + seed * round) & 0xffffff)) % HALF;
    high = low;
    low = next;
  }
  return high * HALF + low;
}

/** 32 bits that look random: the finaliser of MurmurHash3 (A. Appleby, public domain). */
function mixed(number: number): number {
  let bits = number | 0;
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return (bits ^ (bits >>> 16)) >>> 0;
}
