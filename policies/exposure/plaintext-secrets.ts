import { show } from "../model/expectation";
import { read, readObject, readString, type Path } from "../model/reading";
import { ismsP } from "../model/references";
import { undecided, violation, type Finding, type Resource, type ResourceRule } from "../model/rule";
import {
  DATABASE,
  DATABASE_CLUSTER,
  DELIVERY_STREAM,
  FUNCTION,
  GLUE_JOB,
  KAFKA_CONNECTOR,
} from "../model/types";

const FIX =
  "Keep it in Secrets Manager under the platform's key, pass its ARN or name, and let the code ask for it; of a database let " +
  "RDS keep the password (`manageMasterUserPassword: true`).";

/** Maps of settings that anybody who may describe the resource reads. */
const SETTINGS: Readonly<Record<string, readonly Path[]>> = {
  [FUNCTION]: [["environment", "variables"]],
  [GLUE_JOB]: [["defaultArguments"], ["nonOverridableArguments"]],
  [KAFKA_CONNECTOR]: [["connectorConfiguration"]],
};

/** Properties that hold nothing but a secret. */
const SECRETS: Readonly<Record<string, readonly Path[]>> = {
  [DATABASE]: [["password"]],
  [DATABASE_CLUSTER]: [["masterPassword"]],
  [DELIVERY_STREAM]: [
    ["redshiftConfiguration", "password"],
    ["splunkConfiguration", "hecToken"],
  ],
};

/** Secrets are asked for when they are needed, and written down nowhere else. */
export const plaintextSecrets: ResourceRule = {
  name: "plaintext-secrets",
  group: "exposure",
  scope: "resource",
  severity: "high",
  description: "Environments, arguments and servers hold no password, token or access key.",
  framework: ismsP("2.5.4", "Passwords are kept safe (비밀번호 관리)"),
  remediation: FIX,
  url: "https://docs.aws.amazon.com/secretsmanager/latest/userguide/best-practices.html",
  types: [...Object.keys(SETTINGS), ...Object.keys(SECRETS)],
  check: (resource) => [
    ...(SETTINGS[resource.type] ?? []).flatMap((path) => checkSettings(resource, path)),
    ...(SECRETS[resource.type] ?? []).flatMap((path) =>
      // Unknown or not, it would be there.
      ["known", "unknown"].includes(read(resource.props, path).state)
        ? [violation(resource, `${show(path)} is written into the program and its state.`, FIX)]
        : [],
    ),
  ],
};

const SECRET_NAME = /passw|passphrase|(^|[_.-])pwd|secret|token|credential|(api|private|access)[_.-]?key/i;
/** What names or points to a secret, or says something of it, is none. */
const POINTER = /[_.-](arn|id|name|alias|path|prefix|url|uri|file|provider|class|type|seconds|days|ttl)$/i;

function checkSettings(resource: Resource, path: Path): Finding[] {
  const settings = readObject(resource.props, path);
  switch (settings.state) {
    case "absent":
      return [];
    case "unknown":
      return [undecided(resource, show(path), FIX)];
    case "wrong-type":
      return [violation(resource, `${show(path)} is no ${settings.expected}.`, FIX)];
    case "known":
      return Object.keys(settings.value).flatMap((name) => checkSetting(resource, [...path, name], name));
  }
}

function checkSetting(resource: Resource, path: Path, name: string): Finding[] {
  const value = readString(resource.props, path);
  const named = SECRET_NAME.test(name) && !POINTER.test(name);
  if (value.state === "unknown") return named ? [undecided(resource, show(path), FIX)] : [];
  if (value.state !== "known" || value.value === "" || isReference(value.value)) return [];
  return named || SECRET_VALUES.some((form) => form.test(value.value))
    ? [violation(resource, `${show(path)} looks like a secret.`, FIX)]
    : [];
}

/** An ARN, a reference that CloudFormation or a connector resolves, or a switch. */
function isReference(value: string): boolean {
  return /^(arn:|\{\{resolve:|\$\{|\/)|^(true|false|\d{1,6})$/.test(value);
}

/** What is a secret under any name. */
const SECRET_VALUES = [
  // Access keys of IAM: "Unique identifiers" of the IAM user guide.
  /\b(AKIA|ASIA)[A-Z0-9]{16}\b/,
  /-----BEGIN [A-Z ]*PRIVATE KEY-----/,
  // A JSON Web Token: its header begins with {" in base64.
  /\beyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}\./,
  // A user with a password in a URL.
  /:\/\/[^\s/:@]+:[^\s/@]+@/,
];
