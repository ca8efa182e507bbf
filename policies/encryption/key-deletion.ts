import { examine } from "../model/expectation";
import { fsbp } from "../model/references";
import type { ResourceRule } from "../model/rule";
import { settingIn, wholeNumber } from "../model/setting";
import { KEY } from "../model/types";

/** KMS waits 30 days by default, which is the longest it waits (API reference, `ScheduleKeyDeletion`). */
const DAYS = wholeNumber("days", "Days between the order to delete a key and its end, 7 to 30.", 30, 7);

const FIX =
  "Leave `deletionWindowInDays` at 30, `isEnabled` true and `bypassPolicyLockoutSafetyCheck` out: data whose key is gone is gone.";

/** A key that is deleted by mistake can be called back for a month, and nobody is locked out of one. */
export const keyDeletion: ResourceRule = {
  name: "key-deletion",
  group: "encryption",
  scope: "resource",
  severity: "critical",
  description: "KMS keys are enabled, wait a month before they are deleted, and can be managed.",
  framework: fsbp("KMS.3", "AWS KMS keys should not be deleted unintentionally"),
  remediation: FIX,
  url: "https://docs.aws.amazon.com/kms/latest/developerguide/deleting-keys.html",
  types: [KEY, "aws:kms/externalKey:ExternalKey", "aws:kms/replicaKey:ReplicaKey"],
  settings: [DAYS],
  check(key, configuration) {
    const property = key.type === KEY ? "isEnabled" : "enabled";
    return [
      ...examine(key, {
        path: ["deletionWindowInDays"],
        accepts: (value) => typeof value === "number" && value >= settingIn(configuration, DAYS),
        absentIsRight: true,
        must: "must not be shorter than the rule's setting days",
        fix: FIX,
      }),
      ...examine(key, {
        path: [property],
        accepts: (value) => value === true,
        absentIsRight: true,
        must: "must be true",
        fix: FIX,
      }),
      ...examine(key, {
        path: ["bypassPolicyLockoutSafetyCheck"],
        accepts: (value) => value === false,
        absentIsRight: true,
        must: "must be false",
        fix: FIX,
      }),
    ];
  },
};
