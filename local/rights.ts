/** What roles did with their rights on the local cloud: its IAM tells each right's first use, and each refusal. */
import { existsSync, readFileSync } from "node:fs";
import { PATHS } from "./paths";

/** A line of the record. Of an object's ARN it has the bucket and two folders at most. */
export interface RightAsked {
  /** Milliseconds since 1970. */
  readonly time: number;
  /** Its name, such as `naru-local-loader`. */
  readonly role: string;
  /** Such as `s3:PutObject`. */
  readonly action: string;
  readonly resource: string;
  /** Resource of the statement that allows it, as it is written; null when it was refused. */
  readonly granted: string | null;
}

/** @returns nothing where no cloud has been up. */
export function readRights(file: string = PATHS.rights): RightAsked[] {
  if (!existsSync(file)) return [];
  const lines = readFileSync(file, "utf8").split("\n");
  // What follows the last line end is still being written.
  return lines.slice(0, -1).map((line) => JSON.parse(line) as RightAsked);
}

/**
 * Refusals in words, each once: `role naru-local-loader lacks s3:PutObject on arn:aws:s3:::bucket/sis/*`.
 * @param since milliseconds since 1970. @default all
 */
export function refusals(since = 0, rights: readonly RightAsked[] = readRights()): string[] {
  const refused = rights.filter(({ granted, time }) => granted === null && time >= since);
  return [
    ...new Set(refused.map(({ role, action, resource }) => `role ${role} lacks ${action} on ${resource}`)),
  ];
}

/**
 * The message of an error, and below it what roles were refused meanwhile: services try again, or tell of a refusal only in a log.
 * @param since as of {@link refusals}
 */
export function withRefusals(
  message: string,
  since = 0,
  rights: readonly RightAsked[] = readRights(),
): string {
  const refused = refusals(since, rights);
  return refused.length === 0 ? message : [message, "Refused meanwhile:", ...refused].join("\n    ");
}
