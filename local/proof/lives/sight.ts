/** What services tell of a program's resources, without the ids that they made up: two clouds are alike when this is. */
import type { CloudClients } from "../../endpoints";
import { TYPES } from "../../provider/types";
import { Reader, type Known } from "./anew";

/** By type and name in the program, as JSON. */
export async function sightOf(
  resources: readonly Known[],
  cloud: CloudClients,
): Promise<Map<string, string>> {
  const custom = resources.filter(({ type, id }) => type in TYPES && id !== undefined);
  const madeUp = custom.flatMap((one) =>
    Object.entries({ id: one.id, ...one.outputs }).flatMap(([output, value]) =>
      MADE_UP.has(output) && typeof value === "string"
        ? [[value, `<${nameOf(one)} ${output}>`] as const]
        : [],
    ),
  );
  // The longest first: an ARN holds an id.
  madeUp.sort(([one], [other]) => other.length - one.length);
  const reader = new Reader(cloud);
  const entries = await Promise.all(
    custom.map(async (one) => {
      const found = await reader.inputsOf(one);
      const text = madeUp.reduce(
        (said, [value, name]) => said.replaceAll(value, name),
        JSON.stringify(sorted(found ?? {})),
      );
      return [nameOf(one), text] as const;
    }),
  );
  return new Map(entries);
}

const MADE_UP = new Set([
  "id",
  "keyId",
  "arn",
  "rootResourceId",
  "uniqueId",
  "uuid",
  "invokeArn",
  "executionArn",
]);

function nameOf({ type, urn }: Known): string {
  return `${type} ${urn.split("::").at(-1)}`;
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).filter(([, item]) => item !== undefined);
  return Object.fromEntries(
    entries.sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, item]) => [key, sorted(item)]),
  );
}
