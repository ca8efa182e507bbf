/** What changed in a set beside its columns. */
import { type DataSet, isPersonal, type QualityRule } from "../model";
import { breaking, type ContractChange, compatible, invisible, READERS } from "./change";
import { producersOf } from "./column-changes";

/** @returns one entry for each thing that changed. */
export function setChanges(before: DataSet, after: DataSet): ContractChange[] {
  return [
    ...ingestion(before, after),
    ...days(before, after),
    ...primaryKey(before, after),
    ...delimiter(before, after),
    ...retention(before, after),
    ...quality(before, after),
    ...words(before, after),
  ];
}

function ingestion(before: DataSet, after: DataSet): ContractChange[] {
  if (before.ingestion === after.ingestion) return [];
  return [
    breaking(["producers", ...READERS], {
      kind: "ingestion",
      before: before.ingestion,
      after: after.ingestion,
      why: "the way in of before is gone, and a raw table comes or goes",
    }),
  ];
}

function days(before: DataSet, after: DataSet): ContractChange[] {
  const why =
    "the same row lies under another dt than before: counts by day break, a re-run leaves rows twice";
  const from = ({ partition }: DataSet): string => partition.from ?? "day of the landing path";
  return [
    ...(from(before) === from(after)
      ? []
      : [breaking(READERS, { kind: "partition", before: from(before), after: from(after), why })]),
    ...(before.timeZone === after.timeZone
      ? []
      : [breaking(READERS, { kind: "time zone", before: before.timeZone, after: after.timeZone, why })]),
  ];
}

/** The order of its columns says nothing. */
function primaryKey(before: DataSet, after: DataSet): ContractChange[] {
  const told = (set: DataSet): string => [...set.primaryKey].sort().join(", ");
  if (told(before) === told(after)) return [];
  // Empty text identifies nothing, so it is refused in a key.
  const refused = after.primaryKey.every((name) => before.primaryKey.includes(name))
    ? []
    : producersOf(after);
  return [
    breaking([...refused, ...READERS], {
      kind: "primary key",
      before: told(before),
      after: told(after),
      why: "rows are told apart by it: what was one row may be two, or the other way round",
    }),
  ];
}

function delimiter(before: DataSet, after: DataSet): ContractChange[] {
  const told = (set: DataSet): string => JSON.stringify(set.delimiter ?? ",");
  if (told(before) === told(after) || after.ingestion !== "csv") return [];
  return [
    breaking(["producers"], {
      kind: "delimiter",
      before: told(before),
      after: told(after),
      why: "files with the separator of before are refused",
    }),
  ];
}

function retention(before: DataSet, after: DataSet): ContractChange[] {
  if (before.retentionDays === after.retentionDays) return [];
  const facts = {
    kind: "retention",
    before: `${before.retentionDays} days`,
    after: `${after.retentionDays} days`,
  } as const;
  if (after.retentionDays < before.retentionDays) {
    return [breaking(READERS, { ...facts, why: "older days are no longer in the table" })];
  }
  return [
    compatible({
      ...facts,
      why: "the table reaches back further",
      ...(isPersonal(after) ? { review: "data about people is kept longer" } : {}),
    }),
  ];
}

function quality(before: DataSet, after: DataSet): ContractChange[] {
  const old = new Map(before.quality.map((rule) => [rule.name, rule]));
  const names = new Set([...old.keys(), ...after.quality.map(({ name }) => name)]);
  return [...names].flatMap((name) => {
    const [was, is] = [old.get(name), after.quality.find((rule) => rule.name === name)];
    if (told(was) === told(is)) return [];
    const facts = { kind: "quality rule", before: told(was), after: told(is) } as const;
    return is !== undefined && stricter(was, is)
      ? [breaking(producersOf(after), { ...facts, why: "a delivery that passed may be stopped" })]
      : [compatible({ ...facts, why: "whatever passed still passes" })];
  });
}

/** Whether a delivery that passed could be stopped; a warning stops none. */
function stricter(was: QualityRule | undefined, is: QualityRule): boolean {
  if (is.severity === "warning") return false;
  if (was === undefined || was.severity === "warning") return true;
  const subject = ({ metric, columns, unit }: QualityRule): string => JSON.stringify([metric, columns, unit]);
  return (
    subject(was) !== subject(is) ||
    (is.minimum ?? -Infinity) > (was.minimum ?? -Infinity) ||
    (is.maximum ?? Infinity) < (was.maximum ?? Infinity)
  );
}

function told(rule: QualityRule | undefined): string {
  if (rule === undefined) return "none";
  const { name, metric, columns, minimum, maximum, unit, severity } = rule;
  const range = `${minimum ?? "any"} to ${maximum ?? "any"} ${unit}`;
  return `${name}: ${[metric, ...columns].join(" ")}, ${range}, ${severity}`;
}

function words(before: DataSet, after: DataSet): ContractChange[] {
  const sizing = ({ eventsPerSecond, eventBytes }: DataSet): string =>
    `${eventsPerSecond} events a second of ${eventBytes} bytes`;
  const documentation = ({ description, purpose, owner, status = "none" }: DataSet): string =>
    JSON.stringify([description, purpose, owner, status]);
  return [
    ...(sizing(before) === sizing(after)
      ? []
      : [
          invisible({
            kind: "sizing",
            before: sizing(before),
            after: sizing(after),
            why: "capacity changes, not what is stored or accepted",
          }),
        ]),
    ...(documentation(before) === documentation(after)
      ? []
      : [invisible({ kind: "documentation", why: "only what people read changed" })]),
  ];
}
