import { examine } from "../model/expectation";
import { knownString } from "../model/reading";
import { fsbp } from "../model/references";
import type { ResourceRule } from "../model/rule";
import { KEY } from "../model/types";

const FIX = "Set `enableKeyRotation: true`.";

/**
 * Symmetric encryption keys rotate by themselves. KMS rotates neither HMAC nor asymmetric keys, nor those of a custom
 * key store: those pass (pseudonym keys have epochs instead).
 */
export const keyRotation: ResourceRule = {
  name: "key-rotation",
  group: "encryption",
  scope: "resource",
  severity: "medium",
  description: "Symmetric KMS keys rotate.",
  framework: fsbp("KMS.4", "KMS key rotation is enabled"),
  remediation: FIX,
  url: "https://docs.aws.amazon.com/kms/latest/developerguide/rotate-keys.html",
  types: [KEY],
  check(key) {
    const specification = knownString(key.props, ["customerMasterKeySpec"]) ?? "SYMMETRIC_DEFAULT";
    if (specification !== "SYMMETRIC_DEFAULT" || "customKeyStoreId" in key.props) return [];
    return examine(key, {
      path: ["enableKeyRotation"],
      accepts: (value) => value === true,
      must: "must be true",
      fix: FIX,
    });
  },
};
