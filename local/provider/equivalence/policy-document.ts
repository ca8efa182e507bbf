/**
 * Policy documents as IAM reads them: of two forms of one policy the same is made. It is what AWS's provider compares by
 * (https://github.com/hashicorp/awspolicyequivalence): the order of statements, actions, resources, principals and values says
 * nothing, one of them may stand without a list, and an account's number means its root.
 */
import { isMap } from "./plain-map";

/** Parts of a statement that are sets of texts. */
const SETS = new Set(["Action", "NotAction", "Resource", "NotResource"]);
const PRINCIPALS = new Set(["Principal", "NotPrincipal"]);

/** @param document as an object. What is no policy is returned as it is. */
export function policyMeaning(document: unknown): unknown {
  if (!isMap(document) || !("Statement" in document)) return document;
  const statements = [document.Statement].flat().map(statement);
  return { ...document, Statement: sorted(statements) };
}

function statement(written: unknown): unknown {
  if (!isMap(written)) return written;
  return Object.fromEntries(Object.entries(written).map(([part, value]) => [part, meaningOf(part, value)]));
}

function meaningOf(part: string, value: unknown): unknown {
  if (SETS.has(part)) return set(value);
  if (PRINCIPALS.has(part)) return isMap(value) ? each(value, (named) => set(named, account)) : value;
  // Operators, and in each the keys with their values.
  if (part === "Condition" && isMap(value)) {
    return each(value, (keys) => (isMap(keys) ? each(keys, (values) => set(values, conditionValue)) : keys));
  }
  return value;
}

function set(value: unknown, meaning: (item: unknown) => unknown = (item) => item): unknown[] {
  return sorted([value].flat().map(meaning));
}

/** `123456789012` is its root, in whatever partition. */
function account(principal: unknown): unknown {
  return /^arn:[^:]+:iam::(\d{12}):root$/.exec(String(principal))?.[1] ?? principal;
}

/** IAM compares texts: a number or a truth value is written as one (grammar of the IAM JSON policy language). */
function conditionValue(value: unknown): unknown {
  return typeof value === "boolean" || typeof value === "number" ? String(value) : value;
}

function each(map: Readonly<Record<string, unknown>>, meaning: (value: unknown) => unknown) {
  return Object.fromEntries(Object.entries(map).map(([key, value]) => [key, meaning(value)]));
}

function sorted(items: readonly unknown[]): unknown[] {
  return items
    .map((item) => [canonicalText(item), item] as const)
    .sort(([one], [other]) => (one < other ? -1 : one > other ? 1 : 0))
    .map(([, item]) => item);
}

/** The same for two values that differ in the order of their keys alone. */
function canonicalText(value: unknown): string {
  return JSON.stringify(value, (_key, item: unknown) =>
    isMap(item)
      ? Object.fromEntries(Object.entries(item).sort(([one], [other]) => (one < other ? -1 : 1)))
      : item,
  );
}
