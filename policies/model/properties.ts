/**
 * Properties as a policy gets them from the SDK: secrets are plain values, assets the SDK's objects, and reading a value
 * that is not known yet throws. The SDK wraps every object anew at each reading; here only those are wrapped that hold an
 * unknown value themselves, once.
 */
import sdkProperties = require("@pulumi/policy/deserialize");
import { isUnknown, UnknownValueError } from "./unknown";

/** The SDK exports what unpacks, but not its type; it asks no more than this of a message. */
const { deserializeProperties } = sdkProperties as unknown as {
  deserializeProperties(
    properties: { toJavaScript(): Record<string, unknown> },
    proxySecrets: boolean,
  ): Record<string, unknown>;
};

/** Marks objects that are more than they seem (`sdk/nodejs/runtime/rpc.ts` of pulumi/pulumi). */
const SIGNATURE = "4dabf18193072939515e22adb298388d";
const SECRET = "1b47061264138c4ac30d75fd1eb44270";

/**
 * Unpacks `properties` where they stand.
 *
 * @throws Error where a signature is not known, as the SDK does.
 */
export function unpacked(properties: Record<string, unknown>): Record<string, unknown> {
  return fieldsUnpacked(properties, []) as Record<string, unknown>;
}

type Path = readonly string[];
type Fields = Record<string, unknown>;

function valueUnpacked(value: unknown, path: Path): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (!Array.isArray(value)) {
    const signature = (value as Fields)[SIGNATURE];
    if (signature === SECRET && "value" in value) return valueUnpacked(value.value, path);
    if (signature) return deserializeProperties({ toJavaScript: () => ({ value }) }, false)["value"];
  }
  return fieldsUnpacked(value as Fields, path);
}

/** Of a list or an object. */
function fieldsUnpacked(fields: Fields, path: Path): Fields {
  let isKnown = true;
  for (const key in fields) {
    const value = fields[key];
    if (typeof value === "object" && value !== null) fields[key] = valueUnpacked(value, [...path, key]);
    if (isUnknown(fields[key])) isKnown = false;
  }
  return isKnown ? fields : throwing(fields, path);
}

function throwing(fields: Fields, path: Path): Fields {
  return new Proxy(fields, {
    get(target, key) {
      const value = (target as Record<string | symbol, unknown>)[key];
      if (isUnknown(value)) throw unknownAt([...path, String(key)], value);
      return value;
    },
  });
}

/** Without a trace, which takes ten times as long as the error: rules read unknown values all the time. */
function unknownAt(path: Path, sentinel: string): UnknownValueError {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  try {
    return new UnknownValueError(sentinel, [...path]);
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}
