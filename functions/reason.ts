/** What may be said of an error in a log or an answer. */

/** An error whose message is Naru's own text about keys and rules and holds no value of an event. */
export class ValueFreeError extends Error {}

/**
 * The message where it is known to hold no value; of all other errors (the AWS SDK, the JSON parser, sockets) only the
 * name and the code, since their messages may quote what was sent.
 */
export function reasonOf(error: unknown): string {
  if (error instanceof ValueFreeError) return error.message;
  if (!(error instanceof Error)) return "unknown error";
  const { code } = error as { code?: unknown };
  return typeof code === "string" && /^[A-Z0-9_]+$/.test(code) ? `${error.name} ${code}` : error.name;
}
