/** How a client reaches a cluster: brokers, and who it is. */
import type { BaseOptions } from "@platformatic/kafka";
import { Problems } from "./settings";

/**
 * Who the client is.
 * - `iam`: Amazon MSK's IAM authentication over TLS; credentials by the AWS SDK's own order (environment, profile, role).
 * - `none`: no TLS and nobody's name; taken for a broker on this machine only (`naru kafka`).
 */
export type KafkaAccess = { readonly kind: "iam"; readonly region: string } | { readonly kind: "none" };

export interface KafkaConnection {
  /** `host:port` of some brokers; the rest is learnt from them. The stack's output `kafka` has those of MSK. */
  readonly bootstrap: readonly string[];
  /** Named in the brokers' logs and quotas (`client.id`). */
  readonly clientId: string;
  readonly access: KafkaAccess;
  /** Milliseconds for a connection to stand. @default 10000 */
  readonly connectTimeoutMs?: number;
}

/** Milliseconds: Kafka's `socket.connection.setup.timeout.ms`. */
const CONNECT_TIMEOUT_MS = 10_000;
const BROKER = /^(?:\[[0-9a-fA-F:]+\]|[a-zA-Z0-9._-]+):([0-9]{1,5})$/;
/** Loopback: RFC 1122, 3.2.1.3, and RFC 4291, 2.5.3. */
const LOOPBACK = /^(?:127\.\d{1,3}\.\d{1,3}\.\d{1,3}|localhost|\[::1\]):\d+$/;

export function checkConnection(problems: Problems, connection: KafkaConnection): void {
  const { bootstrap, clientId, access, connectTimeoutMs } = connection;
  problems.unless(
    bootstrap.length > 0,
    "connection.bootstrap",
    "is empty; give host:port of one broker or more",
  );
  for (const broker of bootstrap) {
    const port = Number(BROKER.exec(broker)?.[1] ?? 0);
    problems.unless(port >= 1 && port <= 65535, "connection.bootstrap", `"${broker}" is not host:port`);
  }
  problems.unless(/^\S+$/.test(clientId), "connection.clientId", "is empty or has spaces; name your service");
  problems.wholeNumber("connection.connectTimeoutMs", connectTimeoutMs, [1, 600_000]);
  if (access.kind === "iam") {
    const isRegion = /^[a-z]{2}(?:-[a-z]+)+-\d$/.test(access.region);
    problems.unless(
      isRegion,
      "connection.access.region",
      `"${access.region}" is no region, such as ap-northeast-2`,
    );
    return;
  }
  const outside = bootstrap.filter((broker) => !LOOPBACK.test(broker));
  problems.unless(
    outside.length === 0,
    "connection.access",
    `"none" has no TLS and reaches this machine only, not ${outside.join(", ")}; use { kind: "iam", region }`,
  );
}

/** The underlying client's words for it. */
export function baseOptions(connection: KafkaConnection): BaseOptions {
  const { bootstrap, clientId, access, connectTimeoutMs = CONNECT_TIMEOUT_MS } = connection;
  const base = { clientId, bootstrapBrokers: [...bootstrap], connectTimeout: connectTimeoutMs };
  if (access.kind === "none") return base;
  return {
    ...base,
    tls: {},
    tlsServerName: true,
    sasl: { mechanism: "OAUTHBEARER", token: () => iamToken(access.region) },
  };
}

/** A signed request that MSK takes as a token; it holds for 15 minutes, and each connection asks for its own. */
export async function iamToken(region: string): Promise<string> {
  // Loaded where it is used: the signer brings the SDK's credential providers.
  const { generateAuthToken } = await import("aws-msk-iam-sasl-signer-js");
  return (await generateAuthToken({ region })).token;
}
