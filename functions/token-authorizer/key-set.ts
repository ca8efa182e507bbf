/** An issuer's public keys, fetched from its JSON web key set and kept for a while. */
import { createPublicKey, type JsonWebKey, type KeyObject } from "node:crypto";

/** Gives the text at an address. Rejects when it can't be fetched. */
export type FetchText = (url: string) => Promise<string>;

export type Algorithm = "RS256" | "ES256";

/** Milliseconds that keys are kept: a key that the issuer takes back is refused after these. */
const KEEP = 10 * 60_000;

/** Milliseconds between two fetches, whatever tokens ask for: an unknown key id is anybody's to invent. */
const LEAST_BETWEEN = 30_000;

/** Smallest RSA key that RS256 may have (RFC 7518, 3.3). */
const LEAST_RSA_BITS = 2048;

interface Key {
  readonly algorithm: Algorithm;
  readonly key: KeyObject;
}

export class KeySet {
  private keys: ReadonlyMap<string, Key> = new Map();
  private fetchedAt = -Infinity;
  private triedAt = -Infinity;

  /** @param now milliseconds since 1970. @default the clock */
  constructor(
    private readonly url: string,
    private readonly fetchText: FetchText,
    private readonly now: () => number = Date.now,
  ) {}

  /**
   * The key of an id; undefined where the issuer has none. The set is fetched again when it is old, or when the id is new.
   * @throws Error when there is no set yet and it can't be fetched. A set that is there is kept until it can.
   */
  async key(id: string): Promise<Key | undefined> {
    const now = this.now();
    const isOld = now - this.fetchedAt > KEEP;
    if ((isOld || !this.keys.has(id)) && now - this.triedAt >= LEAST_BETWEEN) await this.refresh(now);
    // Later than twice the time, a set that can't be fetched anew is no set.
    if (now - this.fetchedAt > 2 * KEEP) throw new Error("The key set can't be fetched");
    return this.keys.get(id);
  }

  private async refresh(now: number): Promise<void> {
    this.triedAt = now;
    try {
      this.keys = parseKeys(await this.fetchText(this.url));
      this.fetchedAt = now;
    } catch {
      // The keys that are there still hold; key() says when they are too old.
    }
  }
}

/** Keys for signatures that we check; others are left out. @throws Error when the text is no key set. */
function parseKeys(text: string): ReadonlyMap<string, Key> {
  const { keys } = JSON.parse(text) as { keys: readonly (JsonWebKey & Record<string, unknown>)[] };
  const found = new Map<string, Key>();
  for (const jwk of keys) {
    const algorithm = algorithmOf(jwk);
    if (typeof jwk.kid !== "string" || algorithm === undefined) continue;
    try {
      const key = createPublicKey({ key: jwk, format: "jwk" });
      if (algorithm === "RS256" && (key.asymmetricKeyDetails?.modulusLength ?? 0) < LEAST_RSA_BITS) continue;
      found.set(jwk.kid, { algorithm, key });
    } catch {
      // A key that node does not know leaves the others.
    }
  }
  return found;
}

/** The one algorithm that a key is used with: a token does not choose. */
function algorithmOf({ kty, crv, alg, use }: JsonWebKey & Record<string, unknown>): Algorithm | undefined {
  if (use !== undefined && use !== "sig") return undefined;
  const algorithm = kty === "RSA" ? "RS256" : kty === "EC" && crv === "P-256" ? "ES256" : undefined;
  return alg === undefined || alg === algorithm ? algorithm : undefined;
}
