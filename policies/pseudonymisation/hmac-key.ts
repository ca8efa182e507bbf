import { examine, oneOf } from "../model/expectation";
import { knownString } from "../model/reading";
import { ismsP } from "../model/references";
import type { ResourceRule } from "../model/rule";
import { isTagged } from "../model/stack";
import { ROLE } from "../model/tags";
import { KEY } from "../model/types";

const FIX =
  'Make it `keyUsage: "GENERATE_VERIFY_MAC"` with `customerMasterKeySpec: "HMAC_256"` (or HMAC_384, HMAC_512): pseudonyms ' +
  "are keyed hashes of 256 bits or more.";

/** Value of `naru:role` on the key that pseudonyms are made with. */
const PSEUDONYM_KEY = "key-pseudonym";

/** Keys for pseudonyms, by tag, and any other MAC key are HMAC keys of 256 bits or more. */
export const hmacKey: ResourceRule = {
  name: "hmac-key",
  group: "pseudonymisation",
  scope: "resource",
  severity: "high",
  description: "Pseudonyms are made with an HMAC key of 256 bits or more that never leaves KMS.",
  framework: ismsP("2.7.1", "Safe algorithms and key lengths protect personal data (암호정책 적용)"),
  remediation: FIX,
  url: "https://docs.aws.amazon.com/kms/latest/developerguide/hmac.html",
  types: [KEY],
  check(key) {
    const makesCodes = knownString(key.props, ["keyUsage"]) === "GENERATE_VERIFY_MAC";
    if (!makesCodes && !isTagged(key, ROLE, PSEUDONYM_KEY)) return [];
    return [
      ...examine(key, {
        path: ["keyUsage"],
        accepts: oneOf("GENERATE_VERIFY_MAC"),
        must: "must be GENERATE_VERIFY_MAC",
        fix: FIX,
      }),
      ...examine(key, {
        path: ["customerMasterKeySpec"],
        accepts: oneOf("HMAC_256", "HMAC_384", "HMAC_512"),
        must: "must be HMAC_256 or longer",
        fix: FIX,
      }),
    ];
  },
};
