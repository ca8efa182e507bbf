/** Every personal value of a sample, to be searched for where none may be. */
import { normalise } from "../functions/pseudonym/normalise";
import { decodeCp949, encodeCp949 } from "../components/contract/csv/cp949";
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

function inFiles(sample: Sample): string[] {
  const written = sample.files
    .map(({ content, encoding }) => (encoding === "cp949" ? decodeCp949(content) : content.toString("utf8")))
    .join();
  return sample.people
    .flatMap(({ studentId, name, residentNumber, phone, email, userId }) => [
      studentId,
      name,
      residentNumber,
      phone,
      email,
      userId,
    ])
    .filter((value) => written.includes(value));
}

/** Events shout some ids and addresses, so both spellings are looked for; one poison record is in CP949. */
function inEvents(sample: Sample): string[] {
  const sent = Buffer.concat([
    ...sample.events.map(({ body }) => Buffer.from(JSON.stringify(body), "utf8")),
    ...sample.poison.map(({ data }) => data),
  ]);
  return sample.people
    .flatMap(({ name, email, userId, ip }) => [
      name,
      email,
      email.toUpperCase(),
      userId,
      userId.toLowerCase(),
      ip,
    ])
    .filter((value) => sent.includes(value) || sent.includes(encodeCp949(value)));
}
