/**
 * CP949, the encoding of Korean Windows (also UHC, MS949): KS X 1001 in two bytes, and the 8,822 Hangul syllables that it
 * lacks in the free places before and between. Node's `euc-kr` decoder knows KS X 1001 only, and no encoder at all.
 */

const FIRST_SYLLABLE = 0xac00;
const LAST_SYLLABLE = 0xd7a3;

/** Second bytes of the added syllables; those above 0xa0 are free only where KS X 1001 has no row (first byte to 0xa0). */
const TRAILS = [...range(0x41, 0x5a), ...range(0x61, 0x7a), ...range(0x81, 0xfe)];
const TRAILS_BESIDE_ROWS = TRAILS.filter((trail) => trail <= 0xa0);

function range(first: number, last: number): number[] {
  return Array.from({ length: last - first + 1 }, (_, i) => first + i);
}

function ksX1001(): Map<string, Buffer> {
  const decoder = new TextDecoder("euc-kr");
  const table = new Map<string, Buffer>();
  for (const lead of range(0xa1, 0xfe)) {
    for (const trail of range(0xa1, 0xfe)) {
      const bytes = Buffer.from([lead, trail]);
      const text = decoder.decode(bytes);
      if (text.length === 1 && text !== "\ufffd") table.set(text, bytes);
    }
  }
  return table;
}

/** The missing syllables take the free places in Unicode's order. */
function withAddedSyllables(table: Map<string, Buffer>): Map<string, Buffer> {
  const places = range(0x81, 0xc6).flatMap((lead) =>
    (lead <= 0xa0 ? TRAILS : TRAILS_BESIDE_ROWS).map((trail) => Buffer.from([lead, trail])),
  );
  let next = 0;
  for (let point = FIRST_SYLLABLE; point <= LAST_SYLLABLE; point++) {
    const syllable = String.fromCharCode(point);
    if (!table.has(syllable)) table.set(syllable, places[next++]);
  }
  return table;
}

let encoding: Map<string, Buffer> | undefined;
let decoding: Map<number, string> | undefined;

function encodingTable(): Map<string, Buffer> {
  return (encoding ??= withAddedSyllables(ksX1001()));
}

function decodingTable(): Map<number, string> {
  return (decoding ??= new Map(
    [...encodingTable()].map(([character, bytes]) => [bytes.readUInt16BE(), character]),
  ));
}

/** @throws RangeError when a character is not in CP949, naming its code point. */
export function encodeCp949(text: string): Buffer {
  const table = encodingTable();
  return Buffer.concat(
    [...text].map((character) => {
      if (character <= "\x7f") return Buffer.from(character, "latin1");
      const bytes = table.get(character);
      if (bytes === undefined)
        throw new RangeError(`U+${character.codePointAt(0)?.toString(16)} is not in CP949`);
      return bytes;
    }),
  );
}

/** @throws RangeError at the first byte that begins no character, naming its offset. */
export function decodeCp949(bytes: Buffer): string {
  const table = decodingTable();
  const characters: string[] = [];
  for (let at = 0; at < bytes.length; at++) {
    if (bytes[at] <= 0x7f) {
      characters.push(String.fromCharCode(bytes[at]));
      continue;
    }
    const character = at + 1 < bytes.length ? table.get(bytes.readUInt16BE(at)) : undefined;
    if (character === undefined) throw new RangeError(`byte ${at} begins no character of CP949`);
    characters.push(character);
    at++;
  }
  return characters.join("");
}
