/** How many bad rows a shipment may have. */
import { ShipError } from "./ship-error";

/** One row in a hundred: more is a matter of the file, not of rows. */
const DEFAULT_SHARE = 0.01;
/** Small files may have as many, whatever their share. */
const DEFAULT_LEAST = 10;

/** Most bad rows of so many that were read. */
export type RejectLimit = (read: number) => number;

/** @param text a number of rows, or a share such as `2.5%`. @default 1 %, and at least 10 rows. @throws ShipError */
export function rejectLimit(text: string | undefined): RejectLimit {
  if (text === undefined) return (read) => Math.max(DEFAULT_LEAST, Math.floor(read * DEFAULT_SHARE));
  const match = /^(\d+(?:\.\d+)?)(%?)$/.exec(text);
  const number = Number(match?.[1]);
  const valid = match !== null && (match[2] === "%" ? number <= 100 : Number.isInteger(number));
  if (!valid)
    throw new ShipError("--max-rejects", `is "${text}"`, "write a number of rows, or a share such as 2%");
  return match[2] === "%" ? (read) => Math.floor((read * number) / 100) : () => number;
}
