/** How one value may be made worse: the changes by kind of value. */

/** The engine's sentinel for a string that a preview does not know. */
export const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** What was done to a value; the table of mutations speaks of these. */
export type Mutation =
  /** The property or element is left out. */
  | "removed"
  /** An element stands twice. */
  | "duplicated"
  /** The whole resource is left out. */
  | "deleted"
  /** Something that the plan does not have is put in. */
  | "added"
  /** A list or object without anything in it. */
  | "emptied"
  | "flipped"
  | "zero"
  | "huge"
  | "empty"
  /** `*` */
  | "star"
  /** A word that means nothing. */
  | "other"
  /** A value that the service takes, and that protects less. */
  | "weaker"
  /** Something of another account. */
  | "foreign";

export interface Change {
  readonly mutation: Mutation;
  readonly to: unknown;
}

const FOREIGN_ACCOUNT = "999999999999";

/** Of what a value that is unknown in the preview may turn out to be: a thing that is not of the stack. */
const FOREIGN_ARN = `arn:aws:kms:ap-northeast-2:${FOREIGN_ACCOUNT}:key/0f9d2b1c-6f4e-4a7e-9f3a-000000000000`;

/** Values of the services' own words, with those that protect less. */
const WEAKER: Readonly<Record<string, readonly string[]>> = {
  "aws:kms": ["AES256"],
  KMS: ["NONE"],
  SSE_KMS: ["SSE_S3"],
  "SSE-KMS": ["DISABLED"],
  "CSE-KMS": ["DISABLED"],
  HMAC_256: ["HMAC_224"],
  GENERATE_VERIFY_MAC: ["ENCRYPT_DECRYPT"],
  Enabled: ["Suspended", "Disabled"],
  Deny: ["Allow"],
  SNAPPY: ["GZIP", "UNCOMPRESSED"],
  snappy: ["gzip", "uncompressed"],
  UNCOMPRESSED: ["GZIP"],
  parquet: ["csv"],
  PARQUET: ["CSV"],
  TLS: ["TLS_PLAINTEXT", "PLAINTEXT"],
  DISABLED: ["SERVICE_PROVIDED_EIPS"],
  BucketOwnerEnforced: ["ObjectWriter", "BucketOwnerPreferred"],
  COMPLIANCE: ["GOVERNANCE"],
  CUSTOM: ["NONE"],
  AWS_IAM: ["NONE"],
  TLS_1_2: ["TLS_1_0"],
  ENABLED: ["DISABLED"],
  ALL: ["OFF"],
  "raw-pii": ["public"],
  pseudonymised: ["public"],
  closed: ["open"],
  true: ["false"],
  "1": ["0"],
};

/** Every change of a value that stands somewhere; what may be done to its place is not among them. */
export function changesOf(value: unknown): Change[] {
  if (typeof value === "boolean") return [{ mutation: "flipped", to: !value }];
  if (typeof value === "number") {
    const changes: Change[] = [
      { mutation: "zero", to: 0 },
      { mutation: "huge", to: 1_000_000_000_000 },
    ];
    return changes.filter(({ to }) => to !== value);
  }
  if (typeof value === "string") return changesOfText(value);
  return typeof value === "object" && value !== null
    ? [{ mutation: "emptied", to: Array.isArray(value) ? [] : {} }]
    : [];
}

function changesOfText(value: string): Change[] {
  if (value === UNKNOWN) {
    return [
      { mutation: "foreign", to: FOREIGN_ARN },
      { mutation: "empty", to: "" },
    ];
  }
  const changes: Change[] = [
    { mutation: "empty", to: "" },
    { mutation: "star", to: "*" },
    { mutation: "other", to: "other" },
    ...(WEAKER[value] ?? []).map((to): Change => ({ mutation: "weaker", to })),
  ];
  if (/\b\d{12}\b/.test(value))
    changes.push({ mutation: "foreign", to: value.replace(/\b\d{12}\b/g, FOREIGN_ACCOUNT) });
  if (/^\d+\.\d+\.\d+\.\d+\/\d+$/.test(value)) changes.push({ mutation: "weaker", to: "0.0.0.0/0" });
  return changes.filter(({ to }) => to !== value);
}
