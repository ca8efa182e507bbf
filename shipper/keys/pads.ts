/** HMAC's pads (RFC 2104) of a key. */
import { createHash } from "node:crypto";

/** SHA-256 works on blocks of 64 bytes (FIPS 180-4); the pads are one block each. */
const BLOCK = 64;

export function padsOf(key: Buffer): { inner: Uint8Array; outer: Uint8Array } {
  const block = Buffer.alloc(BLOCK);
  (key.length > BLOCK ? createHash("sha256").update(key).digest() : key).copy(block);
  const masked = (mask: number) => block.map((byte) => byte ^ mask);
  return { inner: masked(0x36), outer: masked(0x5c) };
}
