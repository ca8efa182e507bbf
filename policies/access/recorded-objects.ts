/** What a trail records, of objects of buckets and of the account's management: CloudTrail's two kinds of selectors. */
import { knownString, read, snapshot, UNKNOWN, type Snapshot } from "../model/reading";
import type { StackResource } from "../model/stack";
import { strongest, weakest, type Verdict } from "../model/verdict";

const OBJECTS = "AWS::S3::Object";

/** Whether `trail` records every read and write of the bucket's objects whose keys begin with `prefix`. */
export function recordsObjects(trail: StackResource, bucket: StackResource, prefix = ""): Verdict {
  const name = knownString(bucket.props, ["bucket"]);
  const place = name === undefined ? undefined : `${name}/${prefix}`;
  return strongest([
    ...selectors(trail, "advancedEventSelectors").map((each) => advanced(each, place)),
    ...selectors(trail, "eventSelectors").map((each) => basic(each, place)),
  ]);
}

/** Whether `trail` records every change and look at the account's resources, uses of keys among them; as it does by default. */
export function recordsManagement(trail: StackResource): Verdict {
  const advanced = selectors(trail, "advancedEventSelectors");
  const basic = selectors(trail, "eventSelectors");
  if (advanced.length + basic.length === 0) return "yes";
  return strongest([...advanced.map(ofManagement), ...basic.map(withManagement)]);
}

/** A field beside the category leaves some events out. */
function ofManagement(selector: Snapshot): Verdict {
  const fields = isRecord(selector) ? selector.fieldSelectors : selector;
  if (fields === UNKNOWN) return "unknown";
  return list(fields).length === 0 ? "no" : weakest(list(fields).map(isManagement));
}

function isManagement(field: Snapshot): Verdict {
  if (!isRecord(field)) return field === UNKNOWN ? "unknown" : "no";
  if (field.field === UNKNOWN || field.equals === UNKNOWN) return "unknown";
  return field.field === "eventCategory" ? contains(field.equals, "Management") : "no";
}

function withManagement(selector: Snapshot): Verdict {
  if (!isRecord(selector)) return selector === UNKNOWN ? "unknown" : "no";
  const {
    readWriteType = null,
    includeManagementEvents = null,
    excludeManagementEventSources = null,
  } = selector;
  const all = [
    [null, "All"].includes(readWriteType as string | null),
    [null, true].includes(includeManagementEvents as boolean | null),
    excludeManagementEventSources === null || list(excludeManagementEventSources).length === 0,
  ];
  if ([readWriteType, includeManagementEvents, excludeManagementEventSources].includes(UNKNOWN))
    return "unknown";
  return all.includes(false) ? "no" : "yes";
}

function selectors(trail: StackResource, property: string): readonly Snapshot[] {
  const reading = read(trail.props, [property]);
  if (reading.state === "unknown") return [UNKNOWN];
  return reading.state === "known" ? list(snapshot(reading.value)) : [];
}

/** Fields of one selector narrow it together: one that is not known to leave all events leaves none for certain. */
function advanced(selector: Snapshot, place: string | undefined): Verdict {
  const fields = isRecord(selector) ? selector.fieldSelectors : selector;
  if (fields === UNKNOWN) return "unknown";
  const verdicts = [
    ...list(fields).map((field) => narrows(field, place)),
    ...["eventCategory", "resources.type"].map((name) => (has(fields, name) ? "yes" : "no")),
  ];
  if (verdicts.includes("no")) return "no";
  return verdicts.includes("unknown") ? "unknown" : "yes";
}

function narrows(field: Snapshot, place: string | undefined): Verdict {
  if (!isRecord(field)) return field === UNKNOWN ? "unknown" : "no";
  const { field: name, ...operators } = field;
  const used = Object.entries(operators).filter(([, values]) => values !== null);
  const [[operator, values] = ["", null], ...others] = used;
  if (name === UNKNOWN || values === UNKNOWN) return "unknown";
  if (others.length > 0) return "no";
  switch (name) {
    case "eventCategory":
      return operator === "equals" ? contains(values, "Data") : "no";
    case "resources.type":
      return operator === "equals" ? contains(values, OBJECTS) : "no";
    case "resources.ARN":
      return operator === "startsWiths" ? strongest(list(values).map((each) => begins(each, place))) : "no";
    default:
      return "no";
  }
}

/** Older selectors: an event type and prefixes of objects' ARNs. */
function basic(selector: Snapshot, place: string | undefined): Verdict {
  if (!isRecord(selector)) return selector === UNKNOWN ? "unknown" : "no";
  const { readWriteType = null, dataResources = null } = selector;
  if (readWriteType === UNKNOWN || dataResources === UNKNOWN) return "unknown";
  if (readWriteType !== null && readWriteType !== "All") return "no";
  return strongest(
    list(dataResources).flatMap((each): Verdict[] => {
      if (!isRecord(each)) return [each === UNKNOWN ? "unknown" : "no"];
      if (each.type === UNKNOWN || each.values === UNKNOWN) return ["unknown"];
      return each.type === OBJECTS ? list(each.values).map((value) => begins(value, place)) : [];
    }),
  );
}

/** Whether the ARN of every object at the place (`bucket/`, `bucket/folder/`) begins like this; `arn:aws:s3` stands for all buckets. */
function begins(prefix: Snapshot, recorded: string | undefined): Verdict {
  if (prefix === UNKNOWN) return "unknown";
  const arn = typeof prefix === "string" ? /^arn:[^:]+:s3(?::::(.*))?$/.exec(prefix) : null;
  if (arn === null) return "no";
  const place = arn[1] ?? "";
  if (place === "") return "yes";
  if (recorded === undefined) return "unknown";
  return recorded.startsWith(place) ? "yes" : "no";
}

function contains(values: Snapshot | undefined, wanted: string): Verdict {
  const all = list(values);
  if (all.includes(wanted)) return "yes";
  return all.includes(UNKNOWN) ? "unknown" : "no";
}

function has(fields: Snapshot | undefined, name: string): boolean {
  return list(fields).some(
    (each) => each === UNKNOWN || (isRecord(each) && (each.field === name || each.field === UNKNOWN)),
  );
}

function list(value: Snapshot | undefined): readonly Snapshot[] {
  return Array.isArray(value) ? value : [];
}

function isRecord(value: Snapshot | undefined): value is { readonly [key: string]: Snapshot } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
