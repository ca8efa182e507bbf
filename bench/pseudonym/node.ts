/** Ways to pseudonyms in Node, the transform's own last. */
import { createHash, createHmac, hash } from "node:crypto";
import { HmacSha256 } from "../../functions/pseudonym/hmac-sha256";
import { Pseudonymiser } from "../../functions/pseudonym/pseudonym";
import { rate, type Rate } from "../measure";
import { distinct, KEY, KIND, repeated } from "./values";

const VALUES = 200_000;
/** Records of one Firehose batch: 3 MB of events of 300 bytes. */
const BATCH = 10_000;
const BLOCK = 64;

const pad = (byte: number): Buffer => {
  const padded = Buffer.alloc(BLOCK);
  KEY.copy(padded);
  return padded.map((keyByte) => keyByte ^ byte) as Buffer;
};

/** Per value an object for each of the two hashes, copied from one that has taken the pad. */
function byCopy(values: readonly string[]): void {
  const inner = createHash("sha256").update(pad(0x36));
  const outer = createHash("sha256").update(pad(0x5c));
  for (const value of values) {
    outer.copy().update(inner.copy().update(value, "utf8").digest()).digest("hex");
  }
}

/** The one-shot hash with what comes to mind first: a new view of the buffer, and a Buffer as result. */
function byOneShot(values: readonly string[]): void {
  const inner = Buffer.concat([pad(0x36), Buffer.alloc(BLOCK)]);
  const outer = Buffer.concat([pad(0x5c), Buffer.alloc(BLOCK / 2)]);
  for (const value of values) {
    const length = inner.write(value, BLOCK, "utf8");
    // The declared type of the result knows strings only.
    const digest = hash("sha256", inner.subarray(0, BLOCK + length), "buffer") as unknown as Buffer;
    digest.copy(outer, BLOCK);
    hash("sha256", outer, "hex");
  }
}

function byHmac(values: readonly string[]): void {
  for (const value of values) createHmac("sha256", KEY).update(value, "utf8").digest("hex");
}

function byHmacSha256(values: readonly string[]): void {
  const hmac = new HmacSha256(KEY);
  for (const value of values) hmac.base64url(value);
}

/** As the transform does it, normalisation included: a new one for each batch. */
async function byPseudonymiser(values: readonly string[]): Promise<void> {
  const keys = { key: async () => KEY };
  for (let start = 0; start < values.length; start += BATCH) {
    const pseudonyms = await Pseudonymiser.load(keys, [KIND], 1);
    for (let place = start; place < start + BATCH; place++) pseudonyms.of(KIND, values[place]);
  }
}

/** Each person 20 times within a batch, as a busy course is. */
function batches(): string[] {
  return Array.from({ length: VALUES / BATCH }, () => repeated(BATCH)).flat();
}

export async function nodeRates(): Promise<Rate[]> {
  const [values, events] = [distinct(VALUES), batches()];
  return [
    await rate("Node: createHmac per value", VALUES, () => byHmac(values)),
    await rate("Node: Hash.copy after the pads", VALUES, () => byCopy(values)),
    await rate("Node: two crypto.hash, Buffers", VALUES, () => byOneShot(values)),
    await rate("Node: two crypto.hash, HmacSha256", VALUES, () => byHmacSha256(values)),
    await rate("transform: distinct", VALUES, () => byPseudonymiser(values)),
    await rate("transform: each 20 times", VALUES, () => byPseudonymiser(events)),
  ];
}
