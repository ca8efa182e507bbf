/** HMAC-SHA-256 of many short messages under one key. */
import { createHash, createHmac, hash } from "node:crypto";

/** SHA-256 works on blocks of 64 bytes (FIPS 180-4); HMAC's pads are one block each (RFC 2104). */
const BLOCK = 64;
const DIGEST = 32;

/** Messages up to here take the fast way, bytes; identifiers are far shorter. */
const SHORT = 768;

/** Most bytes of UTF-8 that one UTF-16 unit of a string takes. */
const BYTES_PER_UNIT = 3;

/**
 * RFC 2104 by its two hashes, each one call into OpenSSL with the pad standing before the data. Two to three times as fast
 * as `createHmac`, whose object costs more than the hash; `bench/README.md` has what else was tried.
 *
 * The buffers hold key material and the last message: they live as long as the object, in memory only.
 */
export class HmacSha256 {
  private readonly inner = Buffer.alloc(BLOCK + SHORT);
  private readonly outer = Buffer.alloc(BLOCK + DIGEST);
  /** Views on `inner` by length: making one for each message takes a third of the time. */
  private readonly views: Buffer[] = [];

  constructor(private readonly key: Buffer) {
    const block = Buffer.alloc(BLOCK);
    (key.length > BLOCK ? createHash("sha256").update(key).digest() : key).copy(block);
    for (let place = 0; place < BLOCK; place++) {
      this.inner[place] = block[place] ^ 0x36;
      this.outer[place] = block[place] ^ 0x5c;
    }
  }

  /** The 32 bytes over the message in UTF-8, as 43 characters of base64url (RFC 4648, section 5, no padding). */
  base64url(message: string): string {
    if (message.length * BYTES_PER_UNIT > SHORT) {
      return createHmac("sha256", this.key).update(message, "utf8").digest("base64url");
    }
    const length = BLOCK + this.inner.write(message, BLOCK, "utf8");
    const padded = (this.views[length] ??= this.inner.subarray(0, length));
    // As a string ("binary" is Latin-1): a Buffer for the result is slower to make than these 32 characters are to copy.
    this.outer.write(hash("sha256", padded, "binary"), BLOCK, "latin1");
    return hash("sha256", this.outer, "base64url");
  }
}
