/** Keys of pseudonyms, in every form in which having them is having the key. */
import { GenerateMacCommand, type KMSClient } from "@aws-sdk/client-kms";
import type { IdentifierKind } from "../../components/contract/model";
import { epochKeyMessage } from "../../functions/pseudonym/epoch-keys";

/** The epoch keys that the run's pseudonyms were made with, asked of KMS as the pseudonymiser asks; in the order of `kinds`. */
export async function epochKeys(
  kms: KMSClient,
  keyId: string,
  kinds: readonly IdentifierKind[],
  epoch: number,
): Promise<Buffer[]> {
  return Promise.all(
    kinds.map(async (kind) => {
      const Message = Buffer.from(epochKeyMessage(kind, epoch));
      const { Mac } = await kms.send(
        new GenerateMacCommand({ KeyId: keyId, MacAlgorithm: "HMAC_SHA_256", Message }),
      );
      return Buffer.from(Mac!);
    }),
  );
}

const HMAC_BLOCK_BYTES = 64;

/** A key, and the two pads that an HMAC makes of it: whoever has a pad has the key. */
export function withPads(key: Buffer): Buffer[] {
  const block = Buffer.concat([key, Buffer.alloc(HMAC_BLOCK_BYTES - key.length)]);
  const pad = (byte: number) => Buffer.from(block.map((value) => value ^ byte)).subarray(0, key.length);
  return [key, pad(0x36), pad(0x5c)];
}
