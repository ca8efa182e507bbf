/** How CloudFormation asks a function for a resource of its own, and how it is answered. */
import { publishSteps, unpublish, type Recipes } from "./publish";

/** "Custom resource request objects" of the CloudFormation User Guide, as far as they are used. */
export interface PublicationRequest {
  readonly RequestType: "Create" | "Update" | "Delete";
  readonly ResponseURL: string;
  readonly StackId: string;
  readonly RequestId: string;
  readonly LogicalResourceId: string;
  readonly ResourceProperties: {
    /** Name of the recipe. */
    readonly Recipe: string;
    /** Fingerprint of its steps: another one asks for another version. */
    readonly Steps: string;
  };
}

export interface PublicationAnswer {
  readonly Status: "SUCCESS" | "FAILED";
  readonly Reason?: string;
  readonly PhysicalResourceId: string;
  readonly StackId: string;
  readonly RequestId: string;
  readonly LogicalResourceId: string;
  readonly Data?: { readonly Version: string };
}

/** Does what is asked. Never throws: without an answer CloudFormation waits for an hour. */
export async function answer(request: PublicationRequest, recipes: Recipes): Promise<PublicationAnswer> {
  const { StackId, RequestId, LogicalResourceId, ResourceProperties } = request;
  const { Recipe, Steps } = ResourceProperties;
  // The same for each version, so that CloudFormation does not remove old versions behind an update: they are its history.
  const same = { PhysicalResourceId: `${Recipe}/versions`, StackId, RequestId, LogicalResourceId };
  try {
    if (request.RequestType === "Delete") {
      await unpublish(recipes, Recipe);
      return { Status: "SUCCESS", ...same };
    }
    return { Status: "SUCCESS", ...same, Data: { Version: await publishSteps(recipes, Recipe, Steps) } };
  } catch (error) {
    return { Status: "FAILED", Reason: `${(error as Error).name}: ${(error as Error).message}`, ...same };
  }
}
