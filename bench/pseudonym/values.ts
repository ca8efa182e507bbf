/** What the engines hash: e-mail addresses of 24 bytes, an HMAC of which takes four blocks of SHA-256. */
import { Random } from "../../samples/random";

export const KIND = "email";
export const KEY = Buffer.alloc(32, 7);
/** How often each person appears in event data. */
export const TIMES = 20;

/** Addresses of different people, in a form that every engine makes the same way. */
export function distinct(count: number): string[] {
  return Array.from({ length: count }, (_, person) => address(person));
}

/** As many, each person {@link TIMES} times, shuffled. */
export function repeated(count: number): string[] {
  return new Random(1).shuffled(Array.from({ length: count }, (_, row) => address(Math.floor(row / TIMES))));
}

function address(person: number): string {
  return `s${String(person).padStart(9, "0")}@example.ac.kr`;
}
