import type { Outcome } from "../../local/engine/workspace";

/** What was done, one a line: the operation, the resource's name, and the inputs that differ. Providers are left out. */
export function toldSteps({ steps }: Outcome): string[] {
  return steps
    .filter(({ urn }) => !urn.includes("pulumi:providers:"))
    .map(({ operation, urn, inputs }) => [operation, urn.split("::").at(-1), ...inputs].join(" "));
}
