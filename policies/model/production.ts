/** Which stacks are production: the rules on protection, copies and retention ask more of them. */
import type { Resource } from "./rule";
import { names, settingIn, type Configuration } from "./setting";

/** Names of production stacks; a part between hyphens is enough, e.g. `prod` in `prod-seoul`. */
export const PRODUCTION_STACKS = names(
  "productionStacks",
  "Stacks that are production, by their names or a part of them between hyphens",
  ["prod", "production"],
  1,
);

/** Whether a resource is one of production's; its stack is the third part of its URN. */
export function isProduction({ urn }: Pick<Resource, "urn">, configuration: Configuration): boolean {
  const stack = urn.split(":")[2] ?? "";
  const production = settingIn(configuration, PRODUCTION_STACKS);
  return [stack, ...stack.split("-")].some((part) => production.includes(part));
}
