/** Epoch keys from KMS, which makes them of a key that never leaves it. */
import { GenerateMacCommand, KMSClient } from "@aws-sdk/client-kms";
import type { IdentifierKind } from "../../components/contract/model";
import { epochKeyMessage, type EpochKeys } from "./epoch-keys";

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
      requestHandler: { connectionTimeout: 2000, requestTimeout: 5000, throwOnRequestTimeout: true },
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
