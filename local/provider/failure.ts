/** What is said of a service that refused. */
import { typeAndName } from "./engine-provider";
import { secretTexts, type Wire } from "./wire";

/** Shorter ones stand in messages by chance. */
const SHORTEST_SECRET = 4;

/**
 * @param given what the service was told, secrets marked: none of them is repeated.
 * @returns Error that names the resource, has the service's own words, and the action that was missing.
 */
export function failureOf(urn: string, cause: Error, given: Wire): Error {
  const { type, name } = typeAndName(urn);
  const code = cause.name === "Error" || cause.message.includes(cause.name) ? "" : `${cause.name}: `;
  const said = `${code}${cause.message}`;
  const words = withoutSecrets(said, given);
  const [, action] = /not authorized to perform:? ([\w-]+:\w+)/.exec(words) ?? [];
  const missing = action === undefined ? "" : `. The role that asked lacks ${action}`;
  // A cause is printed beside the error.
  return new Error(`${type} ${name}: ${words}${missing}`, words === said ? { cause } : {});
}

function withoutSecrets(text: string, given: Wire): string {
  const secrets = secretTexts(given).filter(({ length }) => length >= SHORTEST_SECRET);
  return secrets
    .sort((a, b) => b.length - a.length)
    .reduce((said, each) => said.replaceAll(each, "[secret]"), text);
}
