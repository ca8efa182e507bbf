import { examine, oneOf } from "../model/expectation";
import { read, readObject, readString, type Path } from "../model/reading";
import { ismsP } from "../model/references";
import { undecided, violation, type Finding, type Resource, type ResourceRule } from "../model/rule";
import { CONNECTION } from "../model/types";

const FIX =
  'Set `JDBC_ENFORCE_SSL` (Kafka: `KAFKA_SSL_ENABLED`) to "true", and name a secret of Secrets Manager in `SECRET_ID` ' +
  "(Kafka: `KAFKA_SASL_SCRAM_SECRETS_ARN`) instead of a user and a password.";

/** What turns TLS on by kind; absent, Kafka has it ("AWS Glue connection properties"). Other kinds have no such property. */
const TLS: Readonly<Record<string, { readonly property: string; readonly byDefault: boolean }>> = {
  JDBC: { property: "JDBC_ENFORCE_SSL", byDefault: false },
  MONGODB: { property: "JDBC_ENFORCE_SSL", byDefault: false },
  KAFKA: { property: "KAFKA_SSL_ENABLED", byDefault: true },
};

/** `USERNAME`, `ENCRYPTED_PASSWORD`, `KAFKA_SASL_SCRAM_PASSWORD` and their like. */
const CREDENTIAL = /(^|_)(USERNAME|USER|PASSWORD)$/i;
/** `//user:password@host`, `?password=`, or a key of the JSON that later kinds hold their properties in. */
const CREDENTIAL_WITHIN =
  /\/\/[^/@\s]*:[^/@\s]*@|[?;&](user|username|password)=|"[^"]*(password|username)"\s*:/i;

/** Properties of free text; the ARN of a secret is often not known before the secret is made, and is none. */
const MAY_HOLD_CREDENTIAL = /(URL|PARAMS|Properties)$/i;

/** Glue reaches other systems over TLS, with a secret that is no part of the connection. */
export const glueConnection: ResourceRule = {
  name: "glue-connection",
  group: "network",
  scope: "resource",
  severity: "high",
  description: "Connections of Glue ask for TLS and hold no user or password.",
  framework: ismsP("2.7.1", "Encryption: personal data and passwords are encrypted in transit and at rest"),
  remediation: FIX,
  url: "https://docs.aws.amazon.com/glue/latest/dg/connection-properties.html",
  types: [CONNECTION],
  check(connection) {
    return [...tls(connection), ...credentials(connection)];
  },
};

function tls(connection: Resource): Finding[] {
  const kind = readString(connection.props, ["connectionType"]);
  if (kind.state === "unknown") return [undecided(connection, "connectionType", FIX)];
  if (kind.state === "wrong-type") return [violation(connection, "connectionType is no string.", FIX)];
  // What names no kind is a JDBC connection.
  const switched = TLS[kind.state === "known" ? kind.value.toUpperCase() : "JDBC"];
  if (switched === undefined) return [];
  return examine(connection, {
    path: ["connectionProperties", switched.property],
    accepts: oneOf("true"),
    absentIsRight: switched.byDefault,
    must: "must be true",
    fix: FIX,
  });
}

/** Values are looked through, and never told. */
function credentials(connection: Resource): Finding[] {
  const properties = readObject(connection.props, ["connectionProperties"]);
  if (properties.state !== "known") return unread(connection, properties.state);
  return Object.keys(properties.value).flatMap((key) => {
    const path: Path = ["connectionProperties", key];
    if (CREDENTIAL.test(key) && read(connection.props, path).state !== "absent") {
      return [violation(connection, `connectionProperties.${key} must be in a secret.`, FIX)];
    }
    const value = readString(connection.props, path);
    if (value.state === "unknown" && MAY_HOLD_CREDENTIAL.test(key)) {
      return [undecided(connection, `connectionProperties.${key}`, FIX)];
    }
    return value.state === "known" && CREDENTIAL_WITHIN.test(value.value)
      ? [violation(connection, `connectionProperties.${key} holds a user or a password.`, FIX)]
      : [];
  });
}

function unread(connection: Resource, state: "unknown" | "absent" | "wrong-type"): Finding[] {
  if (state === "absent") return [];
  return state === "unknown"
    ? [undecided(connection, "connectionProperties", FIX)]
    : [violation(connection, "connectionProperties is no object.", FIX)];
}
