/** Whether a JSON web token is one of the issuer's, for us, and of now (RFC 7519, RFC 8725). */
import { verify } from "node:crypto";
import type { KeySet } from "./key-set";

export interface TokenRules {
  readonly issuer: string;
  readonly audience: string;
}

/** Characters of a token; API Gateway takes headers of up to 10,240 bytes together. */
const LONGEST = 8192;

/** Seconds that clocks may differ. */
const SKEW = 60;

interface Claims {
  readonly iss?: unknown;
  readonly aud?: unknown;
  readonly exp?: unknown;
  readonly nbf?: unknown;
}

/**
 * Whether a token holds. It is not said why one does not: the reason would help only who forges one.
 * @param now milliseconds since 1970.
 * @throws Error when the issuer's keys can't be fetched.
 */
export async function isTaken(token: string, rules: TokenRules, keys: KeySet, now: number): Promise<boolean> {
  const parts = token.split(".");
  if (token.length > LONGEST || parts.length !== 3) return false;
  const [head, body, signature] = parts as [string, string, string];
  const header = decode(head) as { alg?: unknown; kid?: unknown; crit?: unknown } | undefined;
  // `crit` names extensions that must be understood; there are none here.
  if (header === undefined || typeof header.kid !== "string" || header.crit !== undefined) return false;
  const key = await keys.key(header.kid);
  if (key === undefined || key.algorithm !== header.alg) return false;
  const isSigned = verify(
    "sha256",
    Buffer.from(`${head}.${body}`),
    key.algorithm === "ES256" ? { key: key.key, dsaEncoding: "ieee-p1363" } : key.key,
    Buffer.from(signature, "base64url"),
  );
  const claims = isSigned ? (decode(body) as Claims | undefined) : undefined;
  return claims !== undefined && holds(claims, rules, now / 1000);
}

function holds({ iss, aud, exp, nbf }: Claims, { issuer, audience }: TokenRules, now: number): boolean {
  const audiences: readonly unknown[] = Array.isArray(aud) ? aud : [aud];
  return (
    iss === issuer &&
    audiences.includes(audience) &&
    typeof exp === "number" &&
    now < exp + SKEW &&
    (nbf === undefined || (typeof nbf === "number" && now >= nbf - SKEW))
  );
}

/** A part's JSON object; undefined where it is none. */
function decode(part: string): object | undefined {
  try {
    const parsed: unknown = JSON.parse(Buffer.from(part, "base64url").toString("utf8"));
    return typeof parsed === "object" && parsed !== null ? parsed : undefined;
  } catch {
    return undefined;
  }
}
