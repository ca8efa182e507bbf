/** Every personal value of a sample, to be searched for where none may be. */
import type { IdentifierKind } from "../components/contract/model";
import { normalise } from "../functions/pseudonym/normalise";
import { pseudonym } from "../functions/pseudonym/pseudonym";
import { decodeCp949 } from "../components/contract/csv/cp949";
import type { Person } from "./people";
import type { Sample } from "./sample";

/** Where a value is written in clear: landing files, or events (and so the stream's state). */
export type CanarySource = "files" | "events";

/**
 * Personal values spelled as the sample writes them, without repetitions. Each one is found in the source named.
 * @param source only those written there. @default both
 */
export function canaries(sample: Sample, source?: CanarySource): string[] {
  const written = new Set<string>();
  if (source !== "events") for (const value of inFiles(sample)) written.add(value);
  if (source !== "files") for (const value of inEvents(sample)) written.add(value);
  return [...written];
}

/** Spellings that only processing makes (digits of a phone, an id in upper case): nowhere in the sample, and forbidden. */
export function normalisedCanaries(sample: Sample): string[] {
  const written = new Set(canaries(sample));
  const spellings = sample.people.flatMap((person) => [
    ...pseudonymised(person).map(([kind, value]) => normalise(kind, value)),
    normalise("resident-number", person.residentNumber),
    normalise("ip-address", person.ip),
  ]);
  return [...new Set(spellings)].filter((spelling) => !written.has(spelling));
}

/** Every pseudonym of the sample's people, under the given epoch keys. */
export function pseudonymsOf(sample: Sample, keys: ReadonlyMap<IdentifierKind, Buffer>): Set<string> {
  const made = new Set<string>();
  for (const person of sample.people) {
    for (const [kind, value] of pseudonymised(person)) made.add(pseudonym(keys.get(kind)!, kind, value));
  }
  return made;
}

/** Values of a person that the example contracts turn into pseudonyms, with their kinds. */
function pseudonymised({ studentId, phone, email, userId }: Person): [IdentifierKind, string][] {
  return [
    ["student-id", studentId],
    ["phone", phone],
    ["email", email],
    ["user-id", userId],
  ];
}

function inFiles({ files, people }: Sample): string[] {
  const written = new Set<string>();
  for (const { content, encoding } of files) {
    const text = encoding === "cp949" ? decodeCp949(content) : content.toString("utf8");
    for (const field of text.split(FIELD_ENDS)) written.add(field);
  }
  return people
    .flatMap(({ studentId, name, residentNumber, phone, email, userId }) => [
      studentId,
      name,
      residentNumber,
      phone,
      email,
      userId,
    ])
    .filter((value) => written.has(value));
}

/** Between fields of CSV. No personal value of a sample holds one of these. */
const FIELD_ENDS = /[",\r\n]+/;

/** Events shout some ids and addresses, so both spellings are looked for; one poison record is in CP949. */
function inEvents({ events, poison, people }: Sample): string[] {
  const written = new Set<string>();
  const add = (json: string) => json.split(TEXT_ENDS).forEach((text) => written.add(text));
  for (const { body } of events) add(JSON.stringify(body));
  for (const { data } of poison) {
    add(data.toString("utf8"));
    add(decodeCp949OrNothing(data));
  }
  return people
    .flatMap(({ name, email, userId, ip }) => [
      name,
      email,
      email.toUpperCase(),
      userId,
      userId.toLowerCase(),
      ip,
    ])
    .filter((value) => written.has(value));
}

/** Around texts of JSON, and between the words of one. No personal value of an event holds one of these. */
const TEXT_ENDS = /[" ]+/;

function decodeCp949OrNothing(data: Buffer): string {
  try {
    return decodeCp949(data);
  } catch {
    return "";
  }
}
