/** A database that Athena queries where it is: what a person says of it, and what is wrong with it. */
import { checkNumber, checkText, type ArgumentProblem } from "./arguments";
import { LIMITS } from "./limits";
import { parseRange } from "./network";

/** Engines that there is a connector for, with their usual ports. */
export const FEDERATED_ENGINES = { postgresql: 5432, mysql: 3306 } as const;
export type FederatedEngine = keyof typeof FEDERATED_ENGINES;

/** Roles of the lake that may be let query a source. */
export const FEDERATED_READERS = ["transform", "analyst"] as const;
export type FederatedReader = (typeof FEDERATED_READERS)[number];

export interface FederatedSource {
  /** Name in SQL: the source is the catalogue `<project>_<stack>_<name>`. */
  readonly name: string;
  readonly engine: FederatedEngine;
  /** Host name or address. */
  readonly host: string;
  /** @default 5432 of postgresql, 3306 of mysql */
  readonly port?: number;
  readonly database: string;
  /** Secret with `username` and `password` of a database user who sees nothing but views for analysis. */
  readonly secretArn: string;
  /** IPv4 ranges in which the host is; the connector reaches nothing else of the network. */
  readonly reaches: readonly string[];
  /**
   * What personal data the database user sees: "none" is the only answer that is taken. What a query reads here goes to the open
   * zone as it is; tables with personal columns go by way of landing, or of the shipper.
   */
  readonly personalData: "none";
  /** Who may query it. Analysts are let in by name only. @default ["transform"] */
  readonly readers?: readonly FederatedReader[];
}

/** Keys of a source with what each takes, as it stands after "write". */
export const FEDERATED_FORMS: Readonly<Record<keyof FederatedSource, string>> = {
  name: "lower case letters, digits and underscores, from a letter on, up to 30",
  engine: `one of ${Object.keys(FEDERATED_ENGINES).join(", ")}`,
  host: "a host name or address, without scheme and port",
  port: "a port",
  database: "the name of a database: letters, digits, underscores and hyphens",
  secretArn: "the ARN of a secret of Secrets Manager that holds username and password",
  reaches: "a list of the IPv4 ranges in which the host is, e.g. 10.1.0.0/24",
  personalData:
    '"none", once the secret\'s user sees only views without personal columns; tables with personal columns go by landing or `naru ship`',
  readers: `a list of ${FEDERATED_READERS.join(", ")}`,
};

const SECRET = /^arn:aws[\w-]*:secretsmanager:[a-z0-9-]+:\d{12}:secret:[\w/+=.@-]+$/;

/** @returns `<key>: <what>; <fix>` for each wrong value. */
export function federatedSourceProblems(source: FederatedSource): (ArgumentProblem | undefined)[] {
  const text = (key: keyof FederatedSource, right: RegExp) =>
    checkText(key, String(source[key]), (value) => right.test(value), FEDERATED_FORMS[key]);
  const { reaches, readers = ["transform"] } = source;
  return [
    text("name", /^[a-z][a-z0-9_]{0,29}$/),
    text("engine", new RegExp(`^(${Object.keys(FEDERATED_ENGINES).join("|")})$`)),
    text("host", /^[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?$/),
    checkNumber("port", source.port, LIMITS.port),
    text("database", /^[A-Za-z0-9_][A-Za-z0-9_-]*$/),
    text("secretArn", SECRET),
    reaches.length > 0 ? undefined : `reaches: is empty; write ${FEDERATED_FORMS.reaches}`,
    ...reaches.map((range, at) =>
      checkText(
        `reaches[${at}]`,
        range,
        (value) => (parseRange(value)?.prefix ?? 0) > 0,
        "an IPv4 range that is not all of the internet, e.g. 10.1.0.0/24",
      ),
    ),
    text("personalData", /^none$/),
    readers.length > 0 ? undefined : "readers: is empty; leave it out, or write " + FEDERATED_FORMS.readers,
    ...readers.map((reader, at) =>
      checkText(
        `readers[${at}]`,
        reader,
        (value) => (FEDERATED_READERS as readonly string[]).includes(value),
        `one of ${FEDERATED_READERS.join(", ")}`,
      ),
    ),
  ];
}
