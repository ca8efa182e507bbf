/** `naru reidentify`: turns pseudonyms back into source keys, on the terminal only, and leaves a record of it. */
import { type Output, processOutput } from "../contract/output";
import { plural } from "../plural";
import { lookUp, type Person } from "./look-up";
import { Records } from "./records";
import { findStack } from "./stack";

export interface ReidentifyOptions {
  readonly pseudonyms: readonly string[];
  readonly stack: string;
  /** Why, for the record: a ticket, a decision, an incident. */
  readonly reason: string;
  /** Print {people, notFound} as JSON. @default false */
  readonly json?: boolean;
  readonly output?: Output;
}

/** base64url of 16 bytes, which fill two bits of the last character. */
const PSEUDONYM = /^[A-Za-z0-9_-]{21}[AQgw]$/;

/** What a session tag may hold (IAM, "Tagging": up to 256 characters). */
const REASON = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]{1,256}$/u;

/** @returns 0 when all were found, 1 when some were not, 2 for what can't be asked. */
export async function reidentify(options: ReidentifyOptions): Promise<number> {
  const { json = false, output = processOutput } = options;
  const problems = problemsOf(options);
  if (problems.length > 0) {
    problems.forEach((problem) => output.err(`naru reidentify: ${problem}`));
    return 2;
  }
  const pseudonyms = [...new Set(options.pseudonyms)];
  const reason = options.reason.trim();
  const stack = await findStack(options.stack);
  const s3 = await stack.assumeReidentifier(reason);
  const records = new Records(s3, stack, reason);
  await records.asked(pseudonyms);
  const people = await lookUp(s3, stack.places.bucket, pseudonyms);
  await records.answered(people);
  const found = new Set(people.map(({ pseudonym }) => pseudonym));
  const notFound = pseudonyms.filter((pseudonym) => !found.has(pseudonym));
  if (json) output.out(JSON.stringify({ people, notFound }));
  else show(people, notFound, stack.session, output);
  return notFound.length === 0 ? 0 : 1;
}

function problemsOf({ pseudonyms, reason }: ReidentifyOptions): string[] {
  const wrong = pseudonyms.filter((text) => !PSEUDONYM.test(text)).length;
  return [
    ...(wrong === 0
      ? []
      : [`${plural(wrong, "argument")} can't be a pseudonym: 22 letters, digits, - and _, as in the table`]),
    ...(REASON.test(reason.trim())
      ? []
      : ["--reason is empty, longer than 256, or has other signs than letters, digits, spaces and _.:/=+-@"]),
  ];
}

function show(people: readonly Person[], notFound: readonly string[], session: string, output: Output): void {
  for (const { pseudonym, kind, epoch, sourceKey, dataSets } of people) {
    output.out(`${pseudonym}  ${kind}  ${sourceKey}  (epoch ${epoch}; ${dataSets.join(", ")})`);
  }
  if (notFound.length > 0) {
    output.err(
      `Not found: ${notFound.join(", ")}. Landing has no clear data of theirs any more, never had (streams leave none), ` +
        "or their epoch was given up.",
    );
  }
  output.err(`Recorded: ${people.length} of ${people.length + notFound.length} told to ${session}.`);
}
