/** Lambda entry of CloudFormation's custom resource: publishes the versions of a DataBrew recipe. */
import { DataBrew } from "@aws-sdk/client-databrew";
import { answer, type PublicationRequest } from "./custom-resource";
import { DataBrewRecipes, type RecipeOperation } from "./data-brew-recipes";

const client = new DataBrew({});

const METHODS = {
  PublishRecipe: "publishRecipe",
  ListRecipeVersions: "listRecipeVersions",
  BatchDeleteRecipeVersion: "batchDeleteRecipeVersion",
} as const satisfies Record<RecipeOperation, string>;

const recipes = new DataBrewRecipes((operation, input) => client[METHODS[operation]](input));

/** @throws Error when CloudFormation does not take the answer, so that Lambda tries again. */
export async function handler(request: PublicationRequest): Promise<void> {
  const response = await fetch(request.ResponseURL, {
    method: "PUT",
    body: JSON.stringify(await answer(request, recipes)),
    // CloudFormation's address is signed for a request without a content type.
    headers: { "content-type": "" },
  });
  if (!response.ok) throw new Error(`CloudFormation answered ${response.status}`);
}
