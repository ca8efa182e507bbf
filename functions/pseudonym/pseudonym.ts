/** Keyed pseudonyms: the same value of the same kind gives the same pseudonym, and nobody without the key can guess it. */
import type { IdentifierKind } from "../../components/contract/model";
import type { EpochKeys } from "./epoch-keys";
import { HmacSha256 } from "./hmac-sha256";
import { normalise } from "./normalise";

/** 128 bits: collisions stay out of reach (a billion people: 1.5e-21) at half the stored size of a full SHA-256. */
const PSEUDONYM_BYTES = 16;

/** Of the base64url of a longer digest, what its first 16 bytes fill: 21 characters of 6 bits, and 2 bits of the next. */
const WHOLE_CHARACTERS = Math.floor((PSEUDONYM_BYTES * 8) / 6);

/** The last character of 16 bytes by the code of the one that stands there in a longer digest: its upper two bits count. */
const LAST_CHARACTER: readonly string[] = lastCharacters();

function lastCharacters(): string[] {
  const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  const characters: string[] = [];
  for (let sextet = 0; sextet < alphabet.length; sextet++) {
    characters[alphabet.charCodeAt(sextet)] = alphabet[sextet & 0b110000];
  }
  return characters;
}

/**
 * 22 characters of base64url: the first 16 bytes of HMAC-SHA-256 over the normalised value in UTF-8.
 * An empty string has a pseudonym like any other value; null is the caller's to keep.
 */
export function pseudonym(epochKey: Buffer, kind: IdentifierKind, value: string): string {
  return keyed(new HmacSha256(epochKey), kind, value);
}

function keyed(hmac: HmacSha256, kind: IdentifierKind, value: string): string {
  const digest = hmac.base64url(normalise(kind, value));
  return digest.slice(0, WHOLE_CHARACTERS) + LAST_CHARACTER[digest.charCodeAt(WHOLE_CHARACTERS)];
}

/** One kind's key, and the pseudonyms of the values that were seen, as they were written. */
interface KeyOfKind {
  readonly hmac: HmacSha256;
  readonly known: Map<string, string>;
}

/**
 * Pseudonyms of one batch under one key epoch. Each distinct value is hashed once (people repeat within a batch), and
 * clear values are forgotten with the batch: make a new one per invocation.
 */
export class Pseudonymiser {
  private constructor(private readonly keys: ReadonlyMap<IdentifierKind, KeyOfKind>) {}

  /**
   * @param kinds the identifier kinds that the batch holds; their keys are loaded here, before any value is read.
   * @throws what `keys` throws when a key can't be had.
   */
  static async load(keys: EpochKeys, kinds: Iterable<IdentifierKind>, epoch: number): Promise<Pseudonymiser> {
    const loaded = await Promise.all(
      [...new Set(kinds)].map(async (kind) => {
        const hmac = new HmacSha256(await keys.key(kind, epoch));
        return [kind, { hmac, known: new Map<string, string>() }] as const;
      }),
    );
    return new Pseudonymiser(new Map(loaded));
  }

  /** @throws Error when `kind` was not named at `load`. */
  of(kind: IdentifierKind, value: string): string {
    const key = this.keys.get(kind);
    if (key === undefined) throw new Error(`no key is loaded for identifier kind "${kind}"; name it at load`);
    let result = key.known.get(value);
    if (result === undefined) key.known.set(value, (result = keyed(key.hmac, kind, value)));
    return result;
  }
}
