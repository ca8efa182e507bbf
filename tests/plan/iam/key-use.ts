/** One use of a key, and what KMS is told of it. */
import type { Facts } from "./conditions";
import type { Caller } from "./decision";
import { ACCOUNT, REGION } from "./platform";

export interface KeyUse {
  readonly caller: Caller;
  readonly action: string;
  readonly keyArn: string;
  /** How the request reaches KMS. */
  readonly facts: Facts;
  /** What the caller does that takes it there. */
  readonly why: string;
}

/** How a service says that it asks for somebody, and for what. */
export function through(service: string, context: Record<string, string> = {}): Facts {
  return {
    "kms:ViaService": `${service}.${REGION}.amazonaws.com`,
    "kms:CallerAccount": ACCOUNT,
    "aws:ViaAWSService": "true",
    ...encryptionContext(context),
  };
}

/** What a service encrypts together with the data, and KMS compares. */
export function encryptionContext(context: Record<string, string>): Facts {
  return Object.fromEntries(
    Object.entries(context).map(([key, value]) => [`kms:EncryptionContext:${key}`, value]),
  );
}

/** All that encrypts or decrypts. */
export const ENCRYPT = [
  "kms:Encrypt",
  "kms:Decrypt",
  "kms:ReEncryptFrom",
  "kms:ReEncryptTo",
  "kms:GenerateDataKey",
  "kms:GenerateDataKeyWithoutPlaintext",
];
