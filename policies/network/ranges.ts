/** Address ranges as routes and security groups write them. */

/** The widest private ranges are 10.0.0.0/8 and fc00::/7 (RFC 1918, RFC 4193): whatever is wider reaches strangers. */
const WIDEST_PRIVATE = { v4: 8, v6: 7 } as const;

/** Whether a range is wider than any private one: `0.0.0.0/0`, `::/0`, and halves of them that say the same in two. */
export function isWide(range: string): boolean {
  const bits = /\/(\d+)\s*$/.exec(range)?.[1];
  if (bits === undefined) return false;
  return Number(bits) < (range.includes(":") ? WIDEST_PRIVATE.v6 : WIDEST_PRIVATE.v4);
}
