/** {@link Recipes} by DataBrew's API. */
import type { PublishedVersion, Recipes } from "./publish";

/** Operations that are called, as the API reference names them. */
export type RecipeOperation = "PublishRecipe" | "ListRecipeVersions" | "BatchDeleteRecipeVersion";

/** Sends one request; its answer is read with care, as the SDK's types are not at hand. */
export type Call = (operation: RecipeOperation, input: Record<string, unknown>) => Promise<unknown>;

interface ListedVersions {
  readonly Recipes?: readonly { readonly RecipeVersion?: string; readonly Description?: string }[];
  readonly NextToken?: string;
}

interface RemovedVersions {
  readonly Errors?: readonly { readonly RecipeVersion?: string; readonly ErrorMessage?: string }[];
}

/** The API gives at most so many a page. */
const PAGE = 100;

export class DataBrewRecipes implements Recipes {
  constructor(private readonly call: Call) {}

  async publish(recipe: string, description: string): Promise<void> {
    await this.call("PublishRecipe", { Name: recipe, Description: description });
  }

  async versions(recipe: string): Promise<PublishedVersion[]> {
    const found: PublishedVersion[] = [];
    let token: string | undefined;
    do {
      const page = await this.page(recipe, token);
      for (const { RecipeVersion, Description = "" } of page.Recipes ?? []) {
        if (RecipeVersion !== undefined) found.push({ version: RecipeVersion, description: Description });
      }
      token = page.NextToken;
    } while (token !== undefined);
    return found;
  }

  async remove(recipe: string, versions: readonly string[]): Promise<string[]> {
    const answer = await this.call("BatchDeleteRecipeVersion", {
      Name: recipe,
      RecipeVersions: [...versions],
    });
    const { Errors = [] } = answer as RemovedVersions;
    return Errors.map(({ RecipeVersion, ErrorMessage }) => `${RecipeVersion}: ${ErrorMessage}`);
  }

  /** A recipe that is gone has no versions. */
  private async page(recipe: string, token: string | undefined): Promise<ListedVersions> {
    const input = { Name: recipe, MaxResults: PAGE, ...(token !== undefined && { NextToken: token }) };
    try {
      return (await this.call("ListRecipeVersions", input)) as ListedVersions;
    } catch (error) {
      if ((error as Error).name === "ResourceNotFoundException") return {};
      throw error;
    }
  }
}
