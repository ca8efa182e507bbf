/** Whether a stack's state holds in clear what nobody may read there. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { IDENTIFIER_KINDS } from "../../components/contract/column";
import { CloudClients } from "../../local/endpoints";
import { ByteSearch } from "../../local/proof/byte-search";
import { searchDisk, type DiskSearch } from "../../local/proof/disk-search";
import { patternsOf, patternsOfBytes } from "../../local/proof/encodings";
import { epochKeys, withPads } from "../../local/proof/key-material";
import { canaries, generateSample } from "../../samples";
import type { Life } from "./life";

export interface PrivateSearch extends DiskSearch {
  /** Values and keys looked for. */
  readonly looked: number;
  /** Of them, those that the same search finds where they do stand: all, or it proves nothing. */
  readonly found: number;
}

/**
 * The passphrase, the API key, every personal value of the sample, and where there is a KMS the epoch keys with their pads:
 * looked for in the state, its backups and its history.
 */
export async function searchState(
  life: Life,
  outputs: Readonly<Record<string, unknown>>,
): Promise<PrivateSearch> {
  const passphrase = readFileSync(join(life.folder, "passphrase"), "utf8");
  const values = [passphrase, String(outputs.apiKey), ...new Set(canaries(generateSample({})))];
  const keys = await keysOf(life, outputs);
  const search = new ByteSearch([patternsOf(values), patternsOfBytes(keys, values.length)]);
  const known = search.find(Buffer.from(values.join("\n")), Buffer.concat(keys));
  return {
    ...(await searchDisk(search, [join(life.folder, ".pulumi"), stackFile(life)], life.folder)),
    looked: values.length + keys.length,
    found: new Set(known.map(({ value }) => value)).size,
  };
}

function stackFile({ folder, stack }: Life): string {
  return join(folder, `Pulumi.${stack}.yaml`);
}

async function keysOf({ cloud }: Life, outputs: Readonly<Record<string, unknown>>): Promise<Buffer[]> {
  if (cloud === undefined) return [];
  const { kms } = new CloudClients(cloud.endpoints);
  const { pseudonymKey, pseudonymEpoch } = outputs as { pseudonymKey: string; pseudonymEpoch: number };
  return (await epochKeys(kms, pseudonymKey, IDENTIFIER_KINDS, pseudonymEpoch)).flatMap(withPads);
}
