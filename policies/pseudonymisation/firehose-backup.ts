import { read, readString } from "../model/reading";
import { pipa } from "../model/references";
import { undecided, violation, type StackRule } from "../model/rule";
import { BUCKET } from "../model/types";
import { deliveries, openness, S3 } from "./delivery";

const FIX =
  "Set `s3BackupMode` to Disabled (beside another destination than S3: to FailedDocumentsOnly or FailedDataOnly), or point the " +
  "backup's `bucketArn` to a closed bucket.";

/** Modes that keep no copy of what was delivered. */
const NO_BACKUP = ["Disabled", "FailedDocumentsOnly", "FailedDataOnly", "FailedEventsOnly"];

/** The backup of a delivery stream holds the records as they came, before the pseudonymiser: it is closed. */
export const firehoseBackup: StackRule = {
  name: "firehose-backup",
  group: "pseudonymisation",
  scope: "stack",
  severity: "critical",
  description: "Firehose keeps untransformed personal records in closed buckets only.",
  framework: pipa("28-4", "Clear data is kept apart from pseudonyms, with safety measures (안전조치의무 등)"),
  remediation: FIX,
  url: "https://docs.aws.amazon.com/firehose/latest/dev/data-transformation.html",
  check(stack) {
    return deliveries(stack).flatMap(({ resource, personal, block }) => {
      const mode = readString(resource.props, [block, "s3BackupMode"]);
      if (personal === "no" || mode.state === "absent") return [];
      if (mode.state === "known" && NO_BACKUP.includes(mode.value)) return [];
      const own = [block, "s3BackupConfiguration"];
      const beside = block !== S3 && read(resource.props, own).state === "absent";
      const path = beside ? [block, "s3Configuration"] : own;
      const backup = stack.link(resource, [...path, "bucketArn"], BUCKET);
      if (backup.state === "absent")
        return [violation(resource, "The backup is on and names no bucket.", FIX)];
      const open = openness(backup);
      if (open === "no") return [];
      const certain =
        open === "yes" && backup.state === "certain" && personal === "yes" && mode.state === "known";
      return certain
        ? [violation(resource, "Its backup of untransformed personal records is an open bucket.", FIX)]
        : [undecided(resource, "Whether records of personal data are backed up to an open bucket", FIX)];
    });
  },
};
