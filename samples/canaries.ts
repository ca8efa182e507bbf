/** Every personal value of a sample, to be searched for where none may be. */
import { normalise } from "../functions/pseudonym/normalise";
import { decodeCp949 } from "../components/contract/csv/cp949";
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

/**
 * Spellings that only processing makes (digits of a phone, an id in upper case): nowhere in the sample, and forbidden.
 * @param known the sample's {@link canaries}, where they are at hand: finding them takes seconds for 10^5 people.
 */
export function normalisedCanaries(sample: Sample, known: Iterable<string> = canaries(sample)): string[] {
  const written = new Set(known);
  const spellings = sample.people.flatMap(({ studentId, residentNumber, phone, email, userId, ip }) => [
    normalise("student-id", studentId),
    normalise("resident-number", residentNumber),
    normalise("phone", phone),
    normalise("email", email),
    normalise("user-id", userId),
    normalise("ip-address", ip),
  ]);
  return [...new Set(spellings)].filter((spelling) => !written.has(spelling));
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
