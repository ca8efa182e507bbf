/**
 * Secrets that stand in a configuration in clear. No setting of Naru's holds one: what needs a password or a token names
 * a secret of Secrets Manager, so that it stands neither in the stack's file nor in the state. A value is never shown.
 */
import { parseJson } from "../parse-json";
import { EXAMPLES, fix, NAMESPACE, removal } from "./examples";
import type { SettingName } from "./fields";

/** Settings of the AWS provider that are secrets: they may be kept, as Pulumi's secrets. */
const PROVIDER_SECRETS = ["aws:accessKey", "aws:secretKey", "aws:token"];

/** Words that a key of a secret ends with, in whatever spelling. */
const SECRET_KEY =
  /(pass(word|wd|phrase)?|pwd|secret|token|(api|access|private|secret)[_-]?key|credentials?)$/i;

/** Texts that are a secret whatever they are called. */
const SECRET_TEXTS: readonly RegExp[] = [
  /:\/\/[^\s/:@]*:[^\s/@]+@/, // A password before an address.
  /[?&;](pass(word|wd)?|pwd|secret|token|sig|(api|access)[_-]?(key|token))=[^&;\s]+/i, // One among an address's parameters.
  /\b(AKIA|ASIA)[A-Z0-9]{16}\b/, // Ids of AWS access keys, which never stand alone.
  /-----BEGIN [A-Z ]*PRIVATE KEY-----/,
  /\beyJ[\w-]{8,}\.eyJ[\w-]{8,}\.[\w-]+/, // A signed token (JWT).
  /\bBearer\s+\S{8,}/i,
  /\b(gh[pousr]_\w{20,}|xox[abprs]-[\w-]{10,})/, // GitHub's and Slack's tokens.
];

/** Settings without the secrets that they hold in clear. */
export interface WithoutSecrets {
  /** Each secret's text is another, which no message can give away. */
  readonly own: Readonly<Record<string, string>>;
  /** What is wrong, by the place of each secret: `webhooks[0].secretArn`. */
  readonly problems: ReadonlyMap<string, string>;
}

const HIDDEN = "[secret]";

/** @param own settings by their names without namespace, to their texts. */
export function withoutSecrets(own: Readonly<Record<string, string>>): WithoutSecrets {
  const problems = new Map<string, string>();
  const hide = (value: unknown, place: string, key: string, setting: string): unknown => {
    if (typeof value === "string") {
      if (!isSecret(value, key)) return value;
      problems.set(place, problem(place, setting));
      return HIDDEN;
    }
    if (Array.isArray(value)) return value.map((item, at) => hide(item, `${place}[${at}]`, key, setting));
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(
      Object.entries(value).map(([name, item]) => [name, hide(item, `${place}.${name}`, name, setting)]),
    );
  };
  const safe = Object.entries(own).map(([setting, text]) => {
    const parsed = parseJson(text);
    const nested = typeof parsed === "object" && parsed !== null;
    const found = problems.size;
    const hidden = hide(nested ? parsed : text, setting, setting, setting);
    return [setting, problems.size === found ? text : nested ? JSON.stringify(hidden) : String(hidden)];
  });
  return { own: Object.fromEntries(safe) as Record<string, string>, problems };
}

/** @param secretKeys keys that Pulumi keeps encrypted. */
export function providerSecretsInClear(
  config: Readonly<Record<string, string>>,
  secretKeys: ReadonlySet<string>,
): string[] {
  return PROVIDER_SECRETS.filter((key) => key in config && !secretKeys.has(key)).map(
    (key) =>
      `${key}: is a secret in clear. Make a new one, for this one stood in a file, and keep it encrypted: ` +
      `pulumi config set --secret ${key}`,
  );
}

function isSecret(text: string, key: string): boolean {
  if (SECRET_TEXTS.some((form) => form.test(text))) return true;
  if (text === "" || text.startsWith("arn:")) return false;
  // A secret where the name of one belongs.
  return SECRET_KEY.test(key) || /secretArn$/i.test(key);
}

function problem(place: string, setting: string): string {
  const what = `holds what looks like a secret in clear; put a new one, for this one stood in a file, into Secrets Manager`;
  if (!Object.hasOwn(EXAMPLES, setting)) {
    return `${NAMESPACE}:${place}: is not a setting, and ${what}. ` + removal(`${NAMESPACE}:${setting}`);
  }
  const end = place === setting ? `. ${fix(setting as SettingName)}` : ", and write its ARN as secretArn";
  return `${NAMESPACE}:${place}: ${what}${end}`;
}
