/**
 * Writes what Node makes of the random values, for engines that Node does not run:
 * `node -r ts-node/register tests/property/write.ts FOLDER` writes `keys.json` (hex by kind) and `values.jsonl`.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { IdentifierKind } from "../../components/contract/model";
import { isGeneralised } from "../../components/contract/treatment";
import { isComposed } from "../../functions/pseudonym/normal-form";
import { normalise } from "../../functions/pseudonym/normalise";
import { pseudonym } from "../../functions/pseudonym/pseudonym";
import { generalise } from "../../functions/treatment/generalise";
import { mask } from "../../functions/treatment/mask";
import { hmacSha256, testKmsKeyHex } from "../golden/make";
import { IDENTIFIER_KINDS } from "../../components/contract/column";
import { SEED, VALUES_PER_KIND, valuesOf } from "./values";

/** Characters that the masked values keep. */
export const KEEP_LAST = 4;

/** What Node makes of one value. */
export interface Made {
  readonly kind: IdentifierKind;
  /** Place among the kind's values, to find the value again. */
  readonly place: number;
  readonly value: string;
  readonly normalised: string;
  readonly pseudonym: string;
  readonly composed: boolean;
  readonly masked: string;
  /** Null when the kind has no coarser form or the value can't be read. */
  readonly generalised: string | null;
}

/** The keys of the golden vectors in epoch 1. */
export function keyOf(kind: IdentifierKind): Buffer {
  return hmacSha256(Buffer.from(testKmsKeyHex, "hex"), Buffer.from(`naru/v1/${kind}/1`, "utf8"));
}

export function madeOf(kind: IdentifierKind, seed = SEED, count = VALUES_PER_KIND): Made[] {
  const key = keyOf(kind);
  return valuesOf(kind, seed, count).map((value, place) => ({
    kind,
    place,
    value,
    normalised: normalise(kind, value),
    pseudonym: pseudonym(key, kind, value),
    composed: isComposed(value),
    masked: mask(value, KEEP_LAST),
    generalised: isGeneralised(kind) ? (generalise(kind, value) ?? null) : null,
  }));
}

if (require.main === module) {
  const folder = process.argv[2];
  if (folder === undefined) throw new Error("name the folder to write to");
  mkdirSync(folder, { recursive: true });
  const keys = Object.fromEntries(IDENTIFIER_KINDS.map((kind) => [kind, keyOf(kind).toString("hex")]));
  writeFileSync(join(folder, "keys.json"), JSON.stringify(keys));
  const lines = IDENTIFIER_KINDS.flatMap((kind) => madeOf(kind).map((made) => JSON.stringify(made)));
  writeFileSync(join(folder, "values.jsonl"), `${lines.join("\n")}\n`);
}
