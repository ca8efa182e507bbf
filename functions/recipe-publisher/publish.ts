/** Published versions of a DataBrew recipe, which CloudFormation itself does not make. */

/** One published version, e.g. `2.0`. */
export interface PublishedVersion {
  readonly version: string;
  /** What was said when it was published. */
  readonly description: string;
}

/** What DataBrew does with versions of a recipe. */
export interface Recipes {
  publish(recipe: string, description: string): Promise<void>;
  /** Published versions in no order; none when the recipe is gone. */
  versions(recipe: string): Promise<PublishedVersion[]>;
  /** @returns why versions stayed, one text each. */
  remove(recipe: string, versions: readonly string[]): Promise<string[]>;
}

/** BatchDeleteRecipeVersion refuses a longer list (DataBrew API reference). */
const MOST_REMOVED_AT_ONCE = 50;

/**
 * Publishes the working steps and tells the version. A second call for the same steps (CloudFormation and Lambda both
 * retry) finds the version that the first one made.
 *
 * @param steps fingerprint of the steps, kept as the version's description.
 * @throws Error when DataBrew lists no version after the publication.
 */
export async function publishSteps(recipes: Recipes, recipe: string, steps: string): Promise<string> {
  const description = `Steps ${steps}`;
  const newest = latest(await recipes.versions(recipe));
  if (newest?.description === description) return newest.version;
  await recipes.publish(recipe, description);
  const published = latest(await recipes.versions(recipe));
  if (published === undefined)
    throw new Error(`${recipe}: has no version after its publication; deploy again`);
  return published.version;
}

/**
 * Removes all published versions: DataBrew lets go of a recipe's working version only when it is the last.
 *
 * @throws Error with the versions that stayed and why.
 */
export async function unpublish(recipes: Recipes, recipe: string): Promise<void> {
  const versions = (await recipes.versions(recipe)).map(({ version }) => version);
  const stayed: string[] = [];
  for (let at = 0; at < versions.length; at += MOST_REMOVED_AT_ONCE) {
    stayed.push(...(await recipes.remove(recipe, versions.slice(at, at + MOST_REMOVED_AT_ONCE))));
  }
  if (stayed.length > 0) {
    throw new Error(
      `${recipe}: versions stayed, so delete the jobs that use them first: ${stayed.join("; ")}`,
    );
  }
}

/** By number: `10.0` comes behind `9.0`. */
function latest(versions: readonly PublishedVersion[]): PublishedVersion | undefined {
  return [...versions].sort((left, right) => Number(left.version) - Number(right.version)).at(-1);
}
