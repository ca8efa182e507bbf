/** What is wrong with a connection's source, with what to write instead. No value of a URL is shown: it may hold a password. */
import { checkNumber, checkText, type ArgumentProblem } from "./arguments";
import { LIMITS } from "./limits";
import { KINDS, secretOf, type KafkaSource, type Source } from "./source";

type Problems = (ArgumentProblem | undefined)[];

const SECRET = /^arn:aws[\w-]*:secretsmanager:[a-z0-9-]+:\d{12}:secret:[\w/+=.@-]+$/;
const HOST_AND_PORT = /^[A-Za-z0-9.-]+:\d{1,5}$/;

export function sourceProblems(source: Source, inNetwork: boolean): Problems {
  if (!KINDS.includes(source.kind)) {
    return [`source.kind: is "${String(source.kind)}"; write one of ${KINDS.join(", ")}`];
  }
  return [
    ...ofKind(source, inNetwork),
    checkText(
      "source.secretArn",
      secretOf(source),
      (arn) => SECRET.test(arn),
      "the ARN of a secret of Secrets Manager that holds the credentials",
    ),
  ];
}

function ofKind(source: Source, inNetwork: boolean): Problems {
  switch (source.kind) {
    case "JDBC":
      return [
        checkUrl(
          "source.url",
          source.url,
          /^jdbc:[a-z0-9]+:\S+$/,
          "jdbc:<engine>://<host>:<port>/<database>",
        ),
      ];
    case "MONGODB":
      return [
        checkUrl(
          "source.url",
          source.url,
          /^mongodb(\+srv)?:\/\/[^/\s]+\/\S+$/,
          "mongodb://<host>:<port>/<database>",
        ),
      ];
    case "KAFKA":
      return kafkaProblems(source);
    case "OPENSEARCH":
      return [
        checkText(
          "source.endpoint",
          source.endpoint,
          (url) => /^https:\/\/[A-Za-z0-9.-]+$/.test(url),
          "https://<domain>, without port and path: OpenSearch is reached by TLS only",
        ),
        checkNumber("source.port", source.port, LIMITS.port),
      ];
    case "SNOWFLAKE":
      return [
        checkText(
          "source.host",
          source.host,
          (host) => /^[A-Za-z0-9._-]+\.snowflakecomputing\.com$/.test(host),
          "<account>.snowflakecomputing.com",
        ),
      ];
    case "NETWORK":
      return [
        inNetwork ? undefined : "network: is missing; a connection of kind NETWORK is nothing without one",
      ];
    case "CUSTOM":
      return [
        checkText(
          "source.connectorUrl",
          source.connectorUrl,
          (url) => /^s3:\/\/[a-z0-9.-]+\/\S+\.jar$/.test(url),
          "s3://<bucket>/<key>.jar",
        ),
        checkUrl("source.url", source.url, /^\S+$/, "an address without spaces"),
      ];
    case "MARKETPLACE":
      return [
        checkText(
          "source.connectorUrl",
          source.connectorUrl,
          (url) => /^https:\/\/\d{12}\.dkr\.ecr\.[a-z0-9-]+\.amazonaws\.com\/\S+$/.test(url),
          "the image that the Marketplace gave: https://<account>.dkr.ecr.<region>.amazonaws.com/<image>",
        ),
        checkUrl("source.url", source.url, /^\S+$/, "an address without spaces"),
      ];
  }
}

function kafkaProblems({ bootstrapServers, authentication = "iam", secretArn, tls }: KafkaSource): Problems {
  return [
    bootstrapServers.length === 0
      ? "source.bootstrapServers: is empty; write host:port of a broker"
      : undefined,
    ...bootstrapServers.map((server, at) =>
      checkText(`source.bootstrapServers[${at}]`, server, (text) => HOST_AND_PORT.test(text), "host:port"),
    ),
    authentication === "scram" && secretArn === undefined
      ? 'source.secretArn: is missing; authentication "scram" takes user name and password from a secret'
      : undefined,
    authentication === "iam" && secretArn !== undefined
      ? 'source.secretArn: is not used by authentication "iam"; leave it out, or write authentication: "scram"'
      : undefined,
    authentication === "iam" && tls === false
      ? 'source.tls: is false; leave it out: MSK takes "iam" over TLS only'
      : undefined,
  ];
}

/** Credentials would stand in the state of the stack, and in Glue for whoever may look at the connection. */
function checkUrl(
  argument: string,
  url: string | undefined,
  form: RegExp,
  fix: string,
): ArgumentProblem | undefined {
  if (url === undefined) return undefined;
  if (/(user(name)?|password|pwd|uid)=/i.test(url) || /\/\/[^/@\s]*@/.test(url)) {
    return `${argument}: holds credentials; put them into a secret, name it by secretArn, and write ${fix}`;
  }
  return form.test(url) ? undefined : `${argument}: is not of the form; write ${fix}`;
}
