/** A third party that posts events of its own form, signed: what a person says of it, and what is wrong with it. */
import { checkNumber, checkText, type ArgumentProblem } from "./arguments";
import type { DataSet } from "./contract/model";
import { LIMITS } from "./limits";

/** What can be made of a sender's value on its way to the contract's key. */
export const WEBHOOK_FORMS_OF_VALUES = [
  "text",
  "number",
  "utc-time",
  "epoch-seconds",
  "epoch-milliseconds",
] as const;
export type WebhookValueForm = (typeof WEBHOOK_FORMS_OF_VALUES)[number];

/** Where a value stands in what the sender posts, names of nested objects parted by dots, and what is made of it. */
export interface WebhookField {
  readonly from: string;
  /**
   * `text` and `number` from the other; `utc-time`: a moment without offset, which is UTC; `epoch-…`: a moment as seconds or
   * milliseconds since 1970. @default the value as it is
   */
  readonly as?: WebhookValueForm;
}

export const WEBHOOK_ENCODINGS = ["hex", "base64"] as const;

export interface Webhook {
  /** Last part of the address: `<webhooksUrl>/<name>`. */
  readonly name: string;
  /** Stream set that its events belong to, `<domain>.<name>`. */
  readonly dataSet: string;
  /** Secret whose text both sides sign with. It is read by the collector only. */
  readonly secretArn: string;
  /** Header that carries HMAC-SHA-256 of what `signs` says. */
  readonly signatureHeader: string;
  /** @default "hex" */
  readonly signatureEncoding?: (typeof WEBHOOK_ENCODINGS)[number];
  /** Text before the signature in its header, e.g. `sha256=`. @default "" */
  readonly signaturePrefix?: string;
  /** What is signed, with `{body}` and, where there is a timestamp, `{timestamp}`. @default "{body}" */
  readonly signs?: string;
  /** Header with the moment of sending, in seconds or milliseconds since 1970. @default none: a request has no age */
  readonly timestampHeader?: string;
  /** Seconds that this moment may be away from the collector's clock, 1 to 3600. @default 300 */
  readonly toleranceSeconds?: number;
  /** Keys of the contract to fields of the sender; its other fields are not kept. @default the same names, and no others */
  readonly fields?: Readonly<Record<string, string | WebhookField>>;
  /** Requests a second before it is answered 429; twice as many at once. @default 50 */
  readonly requestsPerSecond?: number;
}

/** Keys of a webhook with what each takes, as it stands after "write". */
export const WEBHOOK_FORMS: Readonly<Record<keyof Webhook, string>> = {
  name: "lower case letters, digits and hyphens, from a letter on, up to 40",
  dataSet: "the id of a stream contract, e.g. lms.requests",
  secretArn: "the ARN of a secret of Secrets Manager whose text both sides sign with",
  signatureHeader: "the name of a header, e.g. x-signature",
  signatureEncoding: `one of ${WEBHOOK_ENCODINGS.join(", ")}`,
  signaturePrefix: "up to 20 printable characters, e.g. sha256=",
  signs: "{body}, with {timestamp} where timestampHeader is given, e.g. {timestamp}.{body}",
  timestampHeader: "the name of a header, e.g. x-timestamp",
  toleranceSeconds: "a number of seconds",
  fields: `keys of the contract to names of the sender, or to {from, as} with as one of ${WEBHOOK_FORMS_OF_VALUES.join(", ")}`,
  requestsPerSecond: "a number of requests a second",
};

const SECRET = /^arn:aws[\w-]*:secretsmanager:[a-z0-9-]+:\d{12}:secret:[\w/+=.@-]+$/;
const HEADER = /^[A-Za-z0-9-]{1,64}$/;

/** @returns `<key>: <what>; <fix>` for each wrong value. */
export function webhookProblems(webhook: Webhook): (ArgumentProblem | undefined)[] {
  const text = (key: keyof Webhook, right: RegExp) =>
    checkText(
      key,
      webhook[key] === undefined ? undefined : String(webhook[key]),
      (value) => right.test(value),
      WEBHOOK_FORMS[key],
    );
  const { signs = "{body}", timestampHeader, toleranceSeconds, fields } = webhook;
  const signsTime = signs.includes("{timestamp}");
  return [
    text("name", /^[a-z][a-z0-9-]{0,39}$/),
    text("dataSet", /^[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*$/),
    text("secretArn", SECRET),
    text("signatureHeader", HEADER),
    text("signatureEncoding", new RegExp(`^(${WEBHOOK_ENCODINGS.join("|")})$`)),
    text("signaturePrefix", /^[!-~]{0,20}$/),
    signs.split("{body}").length === 2 && signs.split("{timestamp}").length <= 2
      ? undefined
      : `signs: is "${signs}"; write ${WEBHOOK_FORMS.signs}`,
    text("timestampHeader", HEADER),
    // A moment that is not signed is anybody's to change.
    timestampHeader !== undefined && !signsTime
      ? 'signs: leaves the timestamp out, so that anybody could change it; write it in, e.g. "{timestamp}.{body}"'
      : undefined,
    timestampHeader === undefined && signsTime
      ? `timestampHeader: is missing, but signs has {timestamp}; write ${WEBHOOK_FORMS.timestampHeader}`
      : undefined,
    timestampHeader === undefined && toleranceSeconds !== undefined
      ? "toleranceSeconds: means nothing without timestampHeader; leave it out"
      : undefined,
    checkNumber("toleranceSeconds", toleranceSeconds, LIMITS.webhookTolerance),
    fields !== undefined && Object.keys(fields).length === 0
      ? "fields: is empty; leave it out where the sender uses the contract's names"
      : undefined,
    checkNumber("requestsPerSecond", webhook.requestsPerSecond, LIMITS.requestsPerSecond),
  ];
}

/** What is wrong with a webhook beside the contracts: `<key>: <what>; <fix>`. @param streams the stream sets. */
export function webhookMismatches(
  { dataSet: id, fields }: Webhook,
  streams: readonly DataSet[],
): ArgumentProblem[] {
  const dataSet = streams.find((one) => one.id === id);
  if (dataSet === undefined) {
    return [
      `dataSet: is "${id}", which is no stream contract; write ${streams.map((one) => one.id).join(" or ")}`,
    ];
  }
  if (fields === undefined) return [];
  const known = dataSet.columns.map(({ sourceName }) => sourceName);
  const strange = Object.keys(fields).filter((key) => !known.includes(key));
  const wanted = dataSet.columns
    .filter(({ required, name }) => required || dataSet.primaryKey.includes(name))
    .map(({ sourceName }) => sourceName)
    .filter((key) => !Object.hasOwn(fields, key));
  return [
    ...strange.map((key) => `fields: has ${key}, which ${id} does not; it has ${known.join(", ")}`),
    ...(wanted.length > 0
      ? [
          `fields: lacks ${wanted.join(", ")}, without which every event would be refused; say where they come from`,
        ]
      : []),
  ];
}
