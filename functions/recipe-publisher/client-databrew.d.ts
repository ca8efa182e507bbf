/** What is used of the SDK that Lambda's Node.js runtime carries; the package is not among the project's own. */
declare module "@aws-sdk/client-databrew" {
  export class DataBrew {
    constructor(configuration: Record<string, never>);
    publishRecipe(input: Record<string, unknown>): Promise<unknown>;
    listRecipeVersions(input: Record<string, unknown>): Promise<unknown>;
    batchDeleteRecipeVersion(input: Record<string, unknown>): Promise<unknown>;
  }
}
