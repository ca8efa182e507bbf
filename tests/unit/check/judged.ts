/** A stack that was judged, with a finding of each kind, and texts that no format may take for its own signs. */
import type { CheckFinding, CheckResult } from "../../../cli/check/findings";
import type { JudgedStack } from "../../../cli/check/formats/judged-stack";

export function finding(rest: Partial<CheckFinding> = {}): CheckFinding {
  return {
    ...{ rule: "bucket-encryption", group: "encryption", severity: "high", level: "mandatory" },
    ...{ urn: "urn:pulumi:dev::naru::aws:s3/bucket:Bucket::lake-raw", resource: "lake-raw" },
    ...{
      problem: 'It has <no> 100% encryption, "none" & nothing.',
      fix: "Add `sse`: KMS,\nnow.",
      reference: "FSBP S3.17",
    },
    ...rest,
  };
}

export function judged(rest: Partial<CheckResult> = {}): JudgedStack {
  const rule = {
    severity: "high",
    fix: "Add it.",
    reference: "FSBP S3.17",
    url: "https://docs.aws.amazon.com/s3",
  } as const;
  const result: CheckResult = {
    ok: false,
    ...{ project: "naru", stack: "dev", pack: { name: "naru-data-platform", version: "0.1.0", rules: 3 } },
    rules: [
      { ...rule, name: "bucket-encryption", group: "encryption", description: "Buckets are encrypted." },
      {
        ...rule,
        name: "key-rotation",
        group: "encryption",
        description: "Keys rotate.",
        severity: "medium",
        url: "",
      },
      {
        ...rule,
        name: "table-quality",
        group: "operations",
        description: "Tables have rules.",
        reference: "",
      },
    ],
    resources: 7,
    violations: [finding(), finding({ problem: "Its bucket key is off." })],
    warnings: [
      finding({
        rule: "key-rotation",
        severity: "medium",
        level: "advisory",
        resource: "keys-lake",
        urn: "u:k",
      }),
    ],
    undecided: [finding({ rule: "table-quality", group: "operations", urn: "", resource: "the stack" })],
    remedied: [],
    milliseconds: { start: 300, total: 1500 },
    ...rest,
  };
  return {
    result,
    locate: ({ urn }) =>
      urn === "" ? { file: "Pulumi.dev.yaml", line: 1 } : { file: "components/a b.ts", line: 12 },
  };
}
