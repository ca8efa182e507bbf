/** From an event as a third party sends it to one with the contract's keys. */
import type { Webhook, WebhookField, WebhookValueForm } from "../../components/webhook";

/**
 * The event with the contract's keys. What can't be mapped stays as it is, so that the check against the contract tells it;
 * a field that the sender left out is left out.
 */
export function mapEvent(event: unknown, fields: NonNullable<Webhook["fields"]>): unknown {
  if (typeof event !== "object" || event === null || Array.isArray(event)) return event;
  const entries = Object.entries(fields).flatMap(([key, field]) => {
    const { from, as }: WebhookField = typeof field === "string" ? { from: field } : field;
    const value = valueAt(event, from.split("."));
    return value === undefined ? [] : [[key, as === undefined ? value : FORMS[as](value)]];
  });
  return Object.fromEntries(entries);
}

function valueAt(event: object, path: readonly string[]): unknown {
  let value: unknown = event;
  for (const part of path) {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, part)) return undefined;
    value = (value as Record<string, unknown>)[part];
  }
  return value;
}

const FORMS: Record<WebhookValueForm, (value: unknown) => unknown> = {
  text: (value) => (typeof value === "number" || typeof value === "boolean" ? String(value) : value),
  number: (value) => (isNumeric(value) ? Number(value) : value),
  "utc-time": (value) =>
    typeof value === "string" && /^\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d(\.\d+)?$/.test(value)
      ? `${value.replace(" ", "T")}Z`
      : value,
  "epoch-seconds": (value) => moment(value, 1000),
  "epoch-milliseconds": (value) => moment(value, 1),
};

function isNumeric(value: unknown): boolean {
  return typeof value === "string" && /^-?\d{1,15}(\.\d{1,15})?$/.test(value);
}

function moment(value: unknown, milliseconds: number): unknown {
  const since = isNumeric(value) ? Number(value) : value;
  if (typeof since !== "number") return value;
  const date = new Date(since * milliseconds);
  return Number.isNaN(date.getTime()) ? value : date.toISOString();
}
