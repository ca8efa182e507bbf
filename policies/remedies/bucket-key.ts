import { readIndices, readObject, readString, read } from "../model/reading";
import type { Remedy } from "../model/remedy";
import { BUCKET_ENCRYPTION } from "../model/types";

/** A bucket key is the same encryption under the same key with fewer calls of KMS. */
export const bucketKey: Remedy = {
  name: "remedy-bucket-key",
  rule: "bucket-encryption",
  types: [BUCKET_ENCRYPTION],
  description: "Sets `bucketKeyEnabled` where a bucket is encrypted by KMS.",
  apply(inputs) {
    const rules = readIndices(inputs, ["rules"]);
    if (rules.state !== "known") return false;
    const lacking = rules.value.filter((index) => {
      const by = readString(inputs, ["rules", index, "applyServerSideEncryptionByDefault", "sseAlgorithm"]);
      const key = read(inputs, ["rules", index, "bucketKeyEnabled"]);
      const isOff = key.state === "absent" || (key.state === "known" && key.value === false);
      return by.state === "known" && by.value.startsWith("aws:kms") && isOff;
    });
    for (const index of lacking) {
      const rule = readObject(inputs, ["rules", index]);
      if (rule.state === "known") rule.value.bucketKeyEnabled = true;
    }
    return lacking.length > 0;
  },
};
