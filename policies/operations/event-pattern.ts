/** Patterns of EventBridge rules, as far as rules about alarms ask: which events of which sender a rule tells of. */
import { readString } from "../model/reading";
import type { StackResource } from "../model/stack";
import { isObject } from "../model/data-brew";
import { strongest, type Verdict } from "../model/verdict";

/** One event that a pattern may match. */
export interface Event {
  /** E.g. `aws.glue`. */
  readonly source: string;
  readonly detailType: string;
  /** Fields of `detail`; a function says whether a written value is this one. */
  readonly detail: Readonly<Record<string, (written: string) => boolean>>;
  /** Fields of `detail` by which a pattern may choose some of these events. @default [] */
  readonly narrowedBy?: readonly string[];
}

/** Whether the rule's pattern matches the event; unknown where the pattern is, or asks by prefixes and their like. */
export function matches(rule: StackResource, event: Event): Verdict {
  const reading = readString(rule.props, ["eventPattern"]);
  if (reading.state === "unknown") return "unknown";
  const pattern = reading.state === "known" ? parsed(reading.value) : undefined;
  if (!isObject(pattern)) return "no";
  const detail = isObject(pattern.detail) ? pattern.detail : {};
  const asked = [...Object.keys(event.detail), ...(event.narrowedBy ?? [])];
  const strange = Object.keys(detail).filter((key) => !asked.includes(key));
  return all([
    pattern.source === undefined ? "yes" : within(pattern.source, (text) => text === event.source),
    within(pattern["detail-type"], (text) => text === event.detailType),
    ...Object.entries(event.detail).map(([field, is]) => within(detail[field], is)),
    strange.length > 0 ? "unknown" : "yes",
  ]);
}

/** A field that a pattern does not speak of may have any value. */
function within(accepted: unknown, is: (text: string) => boolean): Verdict {
  if (accepted === undefined) return "yes";
  if (!Array.isArray(accepted)) return "no";
  return strongest(
    accepted.map((each: unknown): Verdict => {
      if (typeof each !== "string") return "unknown";
      return is(each) ? "yes" : "no";
    }),
  );
}

function all(verdicts: readonly Verdict[]): Verdict {
  if (verdicts.includes("no")) return "no";
  return verdicts.includes("unknown") ? "unknown" : "yes";
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
