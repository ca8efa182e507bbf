/** A source in Glue's own words (Glue API, `ConnectionInput`; Glue developer guide, "AWS Glue connection properties"). */
import type { Source } from "../../source";

export function connectionProperties(source: Source, region: string): Record<string, string> {
  switch (source.kind) {
    case "JDBC":
      return {
        JDBC_CONNECTION_URL: source.url,
        JDBC_ENFORCE_SSL: String(source.tls ?? true),
        SECRET_ID: source.secretArn,
      };
    case "MONGODB":
      return {
        CONNECTION_URL: source.url,
        // The same property as for JDBC, in spite of its name.
        JDBC_ENFORCE_SSL: String(source.tls ?? true),
        SECRET_ID: source.secretArn,
      };
    case "KAFKA":
      return {
        KAFKA_BOOTSTRAP_SERVERS: source.bootstrapServers.join(","),
        KAFKA_SSL_ENABLED: String(source.tls ?? true),
        ...(source.authentication === "scram"
          ? {
              KAFKA_SASL_MECHANISM: "SCRAM-SHA-512",
              KAFKA_SASL_SCRAM_SECRETS_ARN: source.secretArn!,
            }
          : { KAFKA_SASL_MECHANISM: "AWS_MSK_IAM" }),
      };
    case "OPENSEARCH":
      return sparkProperties({
        secretId: source.secretArn,
        "opensearch.nodes": source.endpoint,
        "opensearch.port": String(source.port ?? 443),
        "opensearch.nodes.wan.only": "true",
        "opensearch.net.ssl": "true",
        "opensearch.aws.sigv4.enabled": "true",
        "opensearch.aws.sigv4.region": region,
      });
    case "SNOWFLAKE":
      return sparkProperties({
        secretId: source.secretArn,
        sfUrl: source.host,
        ...(source.role !== undefined && { sfRole: source.role }),
      });
    case "NETWORK":
      return {};
    case "CUSTOM":
    case "MARKETPLACE":
      return {
        CONNECTOR_TYPE: source.connectorType,
        CONNECTOR_URL: source.connectorUrl,
        CONNECTOR_CLASS_NAME: source.connectorClass,
        ...(source.url !== undefined && { JDBC_CONNECTION_URL: source.url }),
        ...(source.secretArn !== undefined && { SECRET_ID: source.secretArn }),
      };
  }
}

/** Kinds that came later have one property, with all others in it as JSON (documentation of `aws.glue.Connection`). */
function sparkProperties(properties: Readonly<Record<string, string>>): Record<string, string> {
  return { SparkProperties: JSON.stringify(properties) };
}
