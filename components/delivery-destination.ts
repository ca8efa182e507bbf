/** Where a stream's events go beside the lake: what a person says of it, and what is wrong with it. */
import { checkNumber, checkText, type ArgumentProblem } from "./arguments";
import type { DataSet } from "./contract/model";
import { LIMITS } from "./limits";
import { parseRange } from "./network";

/** Firehose API, `IndexRotationPeriod`. */
export const INDEX_ROTATIONS = ["NoRotation", "OneHour", "OneDay", "OneWeek", "OneMonth"] as const;

/** Firehose API, `ContentEncoding`. */
export const CONTENT_ENCODINGS = ["NONE", "GZIP"] as const;

interface AnyDestination {
  /** Of the delivery stream, and of the folder of what it could not deliver. */
  readonly name: string;
  /** Stream set whose events it gets, `<domain>.<name>`. */
  readonly stream: string;
  /** Seconds before Firehose delivers what it has (0 to 900). @default 60 */
  readonly bufferSeconds?: number;
  /** MiB before Firehose delivers what it has (1 to 64). @default 5 */
  readonly bufferMegabytes?: number;
  /** Seconds that a delivery is tried again, before it is kept as failed (0 to 7200). @default 300 */
  readonly retrySeconds?: number;
}

/** An index of a domain of OpenSearch, or of a collection of OpenSearch Serverless. */
export interface OpenSearchDestination extends AnyDestination {
  readonly kind: "opensearch";
  /** Domain of this account and region; it, or `collectionArn`. */
  readonly domainArn?: string;
  /** Collection of this account and region; it, or `domainArn`. */
  readonly collectionArn?: string;
  readonly index: string;
  /** When a new index begins, whose name ends with the date; a domain's only. @default "OneDay" */
  readonly rotation?: (typeof INDEX_ROTATIONS)[number];
  /** The domain or collection is reached inside the stack's network. @default false */
  readonly inNetwork?: boolean;
  /** IPv4 ranges that it stands in; inside a network at least one. @default [] */
  readonly reaches?: readonly string[];
}

/** An HTTPS address that takes Firehose's requests. */
export interface HttpDestination extends AnyDestination {
  readonly kind: "http";
  readonly url: string;
  /**
   * Secret `{"api_key":"…"}`, which Firehose sends as `X-Amz-Firehose-Access-Key`. It is read by Firehose only. Every address has one
   * but those of a local stack, whose secrets have no ARN before it is up.
   */
  readonly secretArn?: string;
  /** @default "GZIP" */
  readonly contentEncoding?: (typeof CONTENT_ENCODINGS)[number];
}

export type DeliveryDestination = OpenSearchDestination | HttpDestination;

export const DESTINATION_DEFAULTS = {
  bufferSeconds: 60,
  bufferMegabytes: 5,
  retrySeconds: 300,
  rotation: "OneDay",
  contentEncoding: "GZIP",
} as const;

/** Keys of a destination with what each takes, as it stands after "write". */
export const DESTINATION_FORMS: Readonly<
  Record<keyof OpenSearchDestination | keyof HttpDestination, string>
> = {
  name: "lower case letters, digits and hyphens, from a letter on, up to 20",
  stream: "the id of a stream contract, e.g. lms.requests",
  kind: "opensearch or http",
  domainArn: "the ARN of a domain, e.g. arn:aws:es:ap-northeast-2:123456789012:domain/logs",
  collectionArn: "the ARN of a collection, e.g. arn:aws:aoss:ap-northeast-2:123456789012:collection/a1b2c3d4",
  index:
    "lower case letters, digits, hyphens, underscores and full stops, from a letter or digit on, up to 80",
  rotation: `one of ${INDEX_ROTATIONS.join(", ")}`,
  inNetwork: "true or false",
  reaches: "a list of IPv4 ranges, e.g. 10.20.0.0/24",
  url: "an https address on port 443, without user, query or fragment, e.g. https://collect.example.com/firehose",
  secretArn: 'the ARN of a secret of Secrets Manager that holds {"api_key":"…"}',
  contentEncoding: `one of ${CONTENT_ENCODINGS.join(", ")}`,
  bufferSeconds: "a number of seconds",
  bufferMegabytes: "a number of MiB",
  retrySeconds: "a number of seconds",
};

/** OpenSearch, "Create index": neither upper case nor `_`, `-` or `+` in front; Firehose: up to 80. */
const INDEX = /^[a-z0-9][a-z0-9._-]{0,79}$/;
const DOMAIN = /^arn:aws[\w-]*:es:[a-z0-9-]+:\d{12}:domain\/[a-z][a-z0-9-]{2,27}$/;
const COLLECTION = /^arn:aws[\w-]*:aoss:[a-z0-9-]+:\d{12}:collection\/[a-z0-9]{3,40}$/;
const SECRET = /^arn:aws[\w-]*:secretsmanager:[a-z0-9-]+:\d{12}:secret:[\w/+=.@-]+$/;

/** @returns `<key>: <what>; <fix>` for each wrong value. */
export function destinationProblems(destination: DeliveryDestination): (ArgumentProblem | undefined)[] {
  const text = (key: keyof typeof DESTINATION_FORMS, value: string | undefined, right: RegExp) =>
    checkText(key, value, (given) => right.test(given), DESTINATION_FORMS[key]);
  return [
    text("name", destination.name, /^[a-z][a-z0-9-]{0,19}$/),
    text("stream", destination.stream, /^[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*$/),
    checkNumber("bufferSeconds", destination.bufferSeconds, LIMITS.deliveryBufferSeconds),
    checkNumber("bufferMegabytes", destination.bufferMegabytes, LIMITS.destinationBufferMegabytes),
    checkNumber("retrySeconds", destination.retrySeconds, LIMITS.destinationRetrySeconds),
    ...(destination.kind === "opensearch"
      ? openSearchProblems(destination, text)
      : [
          checkText("url", destination.url, isEndpoint, DESTINATION_FORMS.url),
          text("secretArn", destination.secretArn, SECRET),
          keyProblem(destination),
        ]),
  ];
}

function openSearchProblems(
  { domainArn, collectionArn, index, rotation, inNetwork = false, reaches = [] }: OpenSearchDestination,
  text: (
    key: keyof typeof DESTINATION_FORMS,
    value: string | undefined,
    right: RegExp,
  ) => ArgumentProblem | undefined,
): (ArgumentProblem | undefined)[] {
  return [
    text("domainArn", domainArn, DOMAIN),
    text("collectionArn", collectionArn, COLLECTION),
    (domainArn === undefined) === (collectionArn === undefined)
      ? `domainArn: ${domainArn === undefined ? "is missing, and so is" : "stands beside"} collectionArn; write one of the two`
      : undefined,
    text("index", index, INDEX),
    collectionArn !== undefined && rotation !== undefined
      ? "rotation: is a domain's; leave it out beside collectionArn"
      : undefined,
    ...reaches.map((range) =>
      parseRange(range) === undefined
        ? `reaches: has "${range}"; write ${DESTINATION_FORMS.reaches}`
        : undefined,
    ),
    inNetwork !== reaches.length > 0
      ? `reaches: ${inNetwork ? "is empty, so that nothing would be reached; write the ranges that it stands in" : "means nothing without inNetwork; leave it out"}`
      : undefined,
  ];
}

function keyProblem({ url, secretArn }: HttpDestination): ArgumentProblem | undefined {
  if (isLocalEndpoint(url)) {
    return secretArn === undefined
      ? undefined
      : "secretArn: has no use for an address of this machine; leave it out";
  }
  return secretArn === undefined ? `secretArn: is missing; write ${DESTINATION_FORMS.secretArn}` : undefined;
}

/** What Firehose takes: TLS on port 443. A token in the address would stand in the stack's state. */
function isEndpoint(text: string): boolean {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  return (
    url !== undefined &&
    (isLocalEndpoint(text) || (url.protocol === "https:" && url.port === "")) &&
    [url.username, url.password, url.search, url.hash].every((part) => part === "") &&
    text.length <= 1000
  );
}

/** What stands in for an https address in a local stack, which has no certificate: a port of this machine. On AWS Firehose refuses it. */
export function isLocalEndpoint(url: string): boolean {
  return url.startsWith("http://127.0.0.1:");
}

/** Names that stand in the list before: `[<place>].name: …`. */
export function repeatedNames(destinations: readonly DeliveryDestination[]): ArgumentProblem[] {
  return destinations.flatMap(({ name }, at) =>
    destinations.findIndex((one) => one.name === name) < at
      ? [`[${at}].name: is "${name}" again; give each destination a name of its own`]
      : [],
  );
}

/** What is wrong with a destination beside the contracts. @param streams the stream sets. */
export function destinationMismatches(
  { stream }: DeliveryDestination,
  streams: readonly DataSet[],
): ArgumentProblem[] {
  if (streams.some(({ id }) => id === stream)) return [];
  const known = streams.map(({ id }) => id).join(" or ");
  return [`stream: is "${stream}", which is no stream contract; write ${known}`];
}
