/** Settings of a program, by the examples that their errors and docs/settings.md show. */
import { EXAMPLES } from "../components/settings/examples";

/** Settings that add a component to a stack. */
export const ADDING = [
  "etl",
  "connections",
  "crawlers",
  "tables",
  "glueJobs",
  "streamProcessing",
  "database",
  "enhancedFanOut",
  "kafka",
  "deliveryDestinations",
  "dataPreparations",
  "athenaSpark",
  "federatedSources",
] as const;

/** `naru:<setting>` with its example, as Pulumi hands it over: without the quotes of the shell. */
export function examples(names: readonly (keyof typeof EXAMPLES)[]): Record<string, string> {
  return Object.fromEntries(names.map((name) => [`naru:${name}`, EXAMPLES[name].replace(/^'|'$/g, "")]));
}
