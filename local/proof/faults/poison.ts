/** Records that no collector saw: broken ones of many kinds, and some that a function dies of. */
import { generateSample } from "../../../samples";
import { MARK } from "./crash";

/** One of a thousand, half a dozen at least. */
export function makePoison(events: number): { readonly broken: Buffer[]; readonly deadly: Buffer[] } {
  const count = Math.max(6, Math.round(events / 1000));
  const deadly = Array.from({ length: count < 20 ? 1 : 5 }, (_, at) =>
    Buffer.from(JSON.stringify({ id: `${MARK}-${at}` })),
  );
  const broken: Buffer[] = [];
  for (let seed = 1; broken.length < count - deadly.length; seed++) {
    // What nests too deep for a recursive reader, in the middle of records of other kinds.
    broken.push(Buffer.from(`{"id":${"[".repeat(20_000 + seed)}${"]".repeat(20_000 + seed)}}`));
    const { poison } = generateSample({ seed, events: 100 });
    broken.push(...poison.map(({ data }) => data));
  }
  return { broken: broken.slice(0, count - deadly.length), deadly };
}
