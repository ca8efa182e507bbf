/** Whether a third party signed what it sent, with the secret that both sides have. */
import { createHmac, timingSafeEqual } from "node:crypto";
import type { Webhook } from "../../components/webhook";

export type SignatureRules = Pick<
  Webhook,
  | "signatureHeader"
  | "signatureEncoding"
  | "signaturePrefix"
  | "signs"
  | "timestampHeader"
  | "toleranceSeconds"
>;

const TOLERANCE_SECONDS = 300;

/**
 * Why a request is not what its sender signed, or undefined. The signature is compared in constant time.
 * @param body the bytes as they came.
 * @param header a header's value by its name in lower case.
 * @param now milliseconds since 1970.
 */
export function signatureFault(
  rules: SignatureRules,
  body: Buffer,
  header: (name: string) => string | undefined,
  secret: Buffer,
  now: number,
): string | undefined {
  const { signatureHeader, signaturePrefix = "", signatureEncoding = "hex", signs = "{body}" } = rules;
  const given = header(signatureHeader.toLowerCase());
  if (given === undefined || !given.startsWith(signaturePrefix)) {
    return `send the signature in the header ${signatureHeader}${signaturePrefix && `, after ${signaturePrefix}`}`;
  }
  let timestamp = "";
  if (rules.timestampHeader !== undefined) {
    timestamp = header(rules.timestampHeader.toLowerCase()) ?? "";
    const moment = momentOf(timestamp);
    const tolerance = (rules.toleranceSeconds ?? TOLERANCE_SECONDS) * 1000;
    if (moment === undefined || Math.abs(now - moment) > tolerance) {
      return `send the moment of sending in the header ${rules.timestampHeader}, at most ${tolerance / 1000} s away`;
    }
  }
  const [before, after] = signs.replace("{timestamp}", timestamp).split("{body}") as [string, string];
  const expected = createHmac("sha256", secret).update(before).update(body).update(after).digest();
  const signature = Buffer.from(given.slice(signaturePrefix.length).trim(), signatureEncoding);
  // The length says nothing of the secret: all signatures have the same.
  if (signature.length !== expected.length || !timingSafeEqual(signature, expected)) {
    return "the signature is not that of this body";
  }
  return undefined;
}

/** Seconds have ten digits until the year 2286, milliseconds thirteen. */
function momentOf(text: string): number | undefined {
  if (/^\d{10}$/.test(text)) return Number(text) * 1000;
  return /^\d{13}$/.test(text) ? Number(text) : undefined;
}
