/** What a connection leads to, by kind. Credentials are never given here: a secret of Secrets Manager holds them. */

/** A relational database. The secret holds `username` and `password`. */
export interface JdbcSource {
  readonly kind: "JDBC";
  /** `jdbc:<engine>://<host>:<port>/<database>`, without credentials. */
  readonly url: string;
  readonly secretArn: string;
  /** Refuses a server without TLS whose certificate bears its name. @default true */
  readonly tls?: boolean;
}

/** Brokers of Kafka. */
export interface KafkaSource {
  readonly kind: "KAFKA";
  /** `host:port` of each. */
  readonly bootstrapServers: readonly string[];
  /** `iam` of MSK, or `scram` with the secret (SCRAM-SHA-512). @default "iam" */
  readonly authentication?: "iam" | "scram";
  /** Of `scram`: a secret with `username` and `password`. */
  readonly secretArn?: string;
  /** @default true */
  readonly tls?: boolean;
}

/** MongoDB or DocumentDB. The secret holds `username` and `password`. */
export interface MongoDbSource {
  readonly kind: "MONGODB";
  /** `mongodb://<host>:<port>/<database>`, without credentials. */
  readonly url: string;
  readonly secretArn: string;
  /** @default true */
  readonly tls?: boolean;
}

/** A domain of OpenSearch, by HTTPS. The secret holds `opensearch.net.http.auth.user` and `…pass`. */
export interface OpenSearchSource {
  readonly kind: "OPENSEARCH";
  /** `https://<domain>`. */
  readonly endpoint: string;
  /** @default 443 */
  readonly port?: number;
  readonly secretArn: string;
}

/** Snowflake, by TLS always. The secret holds `sfUser` and `sfPassword`. */
export interface SnowflakeSource {
  readonly kind: "SNOWFLAKE";
  /** `<account>.snowflakecomputing.com`. */
  readonly host: string;
  readonly secretArn: string;
  /** Role of Snowflake that Glue takes. Absent: the user's own. */
  readonly role?: string;
}

/** Nothing but the place in the network, for jobs and crawlers that reach S3 from there. */
export interface NetworkSource {
  readonly kind: "NETWORK";
}

/** A connector: code of one's own in S3 (CUSTOM), or an image of the AWS Marketplace (MARKETPLACE). */
export interface ConnectorSource {
  readonly kind: "CUSTOM" | "MARKETPLACE";
  readonly connectorType: "Jdbc" | "Spark" | "Athena";
  readonly connectorClass: string;
  /** `s3://…/connector.jar` (CUSTOM), `https://<account>.dkr.ecr.<region>.amazonaws.com/…` (MARKETPLACE). */
  readonly connectorUrl: string;
  /** What the connector is given to connect to (`JDBC_CONNECTION_URL`), without credentials. */
  readonly url?: string;
  readonly secretArn?: string;
}

export type Source =
  | JdbcSource
  | KafkaSource
  | MongoDbSource
  | OpenSearchSource
  | SnowflakeSource
  | NetworkSource
  | ConnectorSource;

export const KINDS = [
  "JDBC",
  "KAFKA",
  "MONGODB",
  "OPENSEARCH",
  "SNOWFLAKE",
  "NETWORK",
  "CUSTOM",
  "MARKETPLACE",
] as const satisfies readonly Source["kind"][];

/** Secret of a source, where it has one. */
export function secretOf(source: Source): string | undefined {
  return "secretArn" in source ? source.secretArn : undefined;
}
