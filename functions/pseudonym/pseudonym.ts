/** Keyed pseudonyms: the same value of the same kind gives the same pseudonym, and nobody without the key can guess it. */
import { createHmac } from "node:crypto";
import type { IdentifierKind } from "../../components/contract/model";
import type { EpochKeys } from "./epoch-keys";
import { normalise } from "./normalise";

/** 128 bits: collisions stay out of reach (a billion people: 1.5e-21) at half the stored size of a full SHA-256. */
const PSEUDONYM_BYTES = 16;

/**
 * 32 lower-case hex digits: the first 16 bytes of HMAC-SHA-256 over the normalised value in UTF-8.
 * An empty string has a pseudonym like any other value; null is the caller's to keep.
 */
export function pseudonym(epochKey: Buffer, kind: IdentifierKind, value: string): string {
  return pseudonymOfNormalised(epochKey, normalise(kind, value));
}

function pseudonymOfNormalised(epochKey: Buffer, normalised: string): string {
  return createHmac("sha256", epochKey)
    .update(normalised, "utf8")
    .digest("hex")
    .slice(0, 2 * PSEUDONYM_BYTES);
}

/**
 * Pseudonyms of one batch under one key epoch. Each distinct value is hashed once (people repeat within a batch), and
 * clear values are forgotten with the batch: make a new one per invocation.
 */
export class Pseudonymiser {
  private readonly known = new Map<IdentifierKind, Map<string, string>>();

  private constructor(private readonly keys: ReadonlyMap<IdentifierKind, Buffer>) {}

  /**
   * @param kinds the identifier kinds that the batch holds; their keys are loaded here, before any value is read.
   * @throws what `keys` throws when a key can't be had.
   */
  static async load(keys: EpochKeys, kinds: Iterable<IdentifierKind>, epoch: number): Promise<Pseudonymiser> {
    const loaded = await Promise.all(
      [...new Set(kinds)].map(async (kind) => [kind, await keys.key(kind, epoch)] as const),
    );
    return new Pseudonymiser(new Map(loaded));
  }

  /** @throws Error when `kind` was not named at `load`. */
  of(kind: IdentifierKind, value: string): string {
    const key = this.keys.get(kind);
    if (key === undefined) throw new Error(`no key is loaded for identifier kind "${kind}"; name it at load`);
    let ofKind = this.known.get(kind);
    if (ofKind === undefined) this.known.set(kind, (ofKind = new Map()));
    const normalised = normalise(kind, value);
    let result = ofKind.get(normalised);
    if (result === undefined) ofKind.set(normalised, (result = pseudonymOfNormalised(key, normalised)));
    return result;
  }
}
