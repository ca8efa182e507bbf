/** Where the keys of pseudonyms come from. They live in memory only: never in state, code, environment or logs. */
import { GenerateMacCommand, KMSClient } from "@aws-sdk/client-kms";
import type { IdentifierKind } from "../../components/contract/model";

/** Keys by identifier kind and epoch. A new epoch is a new key: pseudonyms before and after a rotation don't join. */
export interface EpochKeys {
  /** The 32-byte key. @throws when it can't be had; never falls back to another key. */
  key(kind: IdentifierKind, epoch: number): Promise<Buffer>;
}

/** What KMS authenticates to make the key of a kind and epoch. The same in Spark and the shipper. */
export function epochKeyMessage(kind: IdentifierKind, epoch: number): string {
  return `naru/v1/${kind}/${epoch}`;
}

/** HMAC-SHA-256 is as long as its hash. */
const KEY_BYTES = 32;

/**
 * Epoch keys by one KMS GenerateMac each, with a key of spec HMAC_256 that never leaves KMS. A key that was had is kept
 * as long as the process lives; a failure is not, so the next batch tries again.
 */
export class KmsEpochKeys implements EpochKeys {
  private readonly known = new Map<string, Promise<Buffer>>();

  /** @param keyId id, ARN or alias of the pseudonym key; the caller needs kms:GenerateMac on it. */
  constructor(
    private readonly keyId: string,
    // Without limits a lost connection would hold the batch until the function's own time-out, which fails it as a whole.
    private readonly client: Pick<KMSClient, "send"> = new KMSClient({
      requestHandler: { connectionTimeout: 2000, requestTimeout: 5000 },
    }),
  ) {}

  key(kind: IdentifierKind, epoch: number): Promise<Buffer> {
    const message = epochKeyMessage(kind, epoch);
    let key = this.known.get(message);
    if (key === undefined) {
      key = this.generate(message);
      this.known.set(message, key);
      key.catch(() => this.known.delete(message));
    }
    return key;
  }

  private async generate(message: string): Promise<Buffer> {
    const { Mac } = await this.client.send(
      new GenerateMacCommand({
        KeyId: this.keyId,
        MacAlgorithm: "HMAC_SHA_256",
        Message: Buffer.from(message, "utf8"),
      }),
    );
    if (Mac === undefined || Mac.length !== KEY_BYTES) {
      throw new Error(
        `KMS answered with a MAC of ${Mac?.length ?? 0} bytes instead of ${KEY_BYTES} (${message})`,
      );
    }
    return Buffer.from(Mac);
  }
}
