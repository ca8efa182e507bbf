import { expect } from "chai";
import { answer, type PublicationRequest } from "../../../functions/recipe-publisher/custom-resource";
import { DataBrewRecipes, type RecipeOperation } from "../../../functions/recipe-publisher/data-brew-recipes";

interface Version {
  readonly RecipeVersion: string;
  readonly Description: string;
}

/** DataBrew as far as versions go: numbers them, lists two a page, keeps those that a job uses. */
class Service {
  readonly calls: [RecipeOperation, Record<string, unknown>][] = [];
  used: readonly string[] = [];
  gone = false;

  constructor(public kept: Version[] = []) {}

  readonly recipes = new DataBrewRecipes(async (operation, input) => {
    this.calls.push([operation, input]);
    if (this.gone) throw Object.assign(new Error("Recipe not found"), { name: "ResourceNotFoundException" });
    if (operation === "PublishRecipe") return this.publish(String(input.Description));
    if (operation === "ListRecipeVersions") return this.list(Number(input.NextToken ?? 0));
    return this.remove(input.RecipeVersions as string[]);
  });

  private publish(Description: string): object {
    const RecipeVersion = `${Math.max(0, ...this.kept.map((each) => Number(each.RecipeVersion))) + 1}.0`;
    // Newest first, as nobody promises an order.
    this.kept = [{ RecipeVersion, Description }, ...this.kept];
    return {};
  }

  private list(from: number): object {
    const next = from + 2;
    return {
      Recipes: this.kept.slice(from, next),
      ...(next < this.kept.length && { NextToken: String(next) }),
    };
  }

  private remove(versions: readonly string[]): object {
    const removed = versions.filter((version) => !this.used.includes(version));
    this.kept = this.kept.filter(({ RecipeVersion }) => !removed.includes(RecipeVersion));
    const Errors = versions
      .filter((version) => this.used.includes(version))
      .map((RecipeVersion) => ({ RecipeVersion, ErrorMessage: "used by a job" }));
    return { Errors };
  }
}

const request = (RequestType: PublicationRequest["RequestType"], Steps = "aaaa"): PublicationRequest => ({
  RequestType,
  ResponseURL: "https://example.com",
  StackId: "stack",
  RequestId: "request",
  LogicalResourceId: "Version",
  ResourceProperties: { Recipe: "tracks", Steps },
});

const operations = ({ calls }: Service) => calls.map(([operation]) => operation);

describe("recipe-publisher", () => {
  it("publishes the steps and tells their version, in the form that CloudFormation wants", async () => {
    const service = new Service();
    expect(await answer(request("Create"), service.recipes)).to.deep.equal({
      Status: "SUCCESS",
      PhysicalResourceId: "tracks/versions",
      StackId: "stack",
      RequestId: "request",
      LogicalResourceId: "Version",
      Data: { Version: "1.0" },
    });
    expect(service.kept).to.deep.equal([{ RecipeVersion: "1.0", Description: "Steps aaaa" }]);
  });

  it("publishes once, however often it is asked for the same steps", async () => {
    const service = new Service();
    for (const type of ["Create", "Create", "Update"] as const) {
      expect((await answer(request(type), service.recipes)).Data).to.deep.equal({ Version: "1.0" });
    }
    expect(operations(service).filter((operation) => operation === "PublishRecipe")).to.have.length(1);
  });

  it("finds the newest version by its number, on whatever page it is", async () => {
    const kept = [9, 10, 2, 1].map((n) => ({ RecipeVersion: `${n}.0`, Description: `Steps ${n}` }));
    const service = new Service(kept);
    expect((await answer(request("Update", "10"), service.recipes)).Data).to.deep.equal({ Version: "10.0" });
    expect((await answer(request("Update", "9"), service.recipes)).Data).to.deep.equal({ Version: "11.0" });
  });

  it("keeps its physical id over versions, so that CloudFormation removes none behind an update", async () => {
    const service = new Service();
    const first = await answer(request("Create"), service.recipes);
    const second = await answer(request("Update", "bbbb"), service.recipes);
    expect(second).to.include({ PhysicalResourceId: first.PhysicalResourceId });
    expect(second.Data).to.deep.equal({ Version: "2.0" });
    expect(service.kept).to.have.length(2);
  });

  it("removes every version before the recipe goes, at most fifty at once", async () => {
    const kept = Array.from({ length: 120 }, (_, n) => ({ RecipeVersion: `${n + 1}.0`, Description: "" }));
    const service = new Service(kept);
    expect(await answer(request("Delete"), service.recipes)).to.include({ Status: "SUCCESS" });
    expect(service.kept).to.deep.equal([]);
    const sizes = service.calls
      .filter(([operation]) => operation === "BatchDeleteRecipeVersion")
      .map(([, { RecipeVersions }]) => (RecipeVersions as string[]).length);
    expect(sizes).to.deep.equal([50, 50, 20]);
  });

  it("has nothing to remove of a recipe that is gone or was never published", async () => {
    const service = new Service();
    expect(await answer(request("Delete"), service.recipes)).to.include({ Status: "SUCCESS" });
    service.gone = true;
    expect(await answer(request("Delete"), service.recipes)).to.include({ Status: "SUCCESS" });
    expect(operations(service)).not.to.include("BatchDeleteRecipeVersion");
  });

  it("says what failed and why, instead of leaving CloudFormation waiting", async () => {
    const service = new Service([{ RecipeVersion: "1.0", Description: "" }]);
    service.used = ["1.0"];
    const { Status, Reason } = await answer(request("Delete"), service.recipes);
    expect(Status).to.equal("FAILED");
    expect(Reason).to.include("delete the jobs that use them first: 1.0: used by a job");
    const away = new DataBrewRecipes(async () => Promise.reject(new Error("no network")));
    expect(await answer(request("Create"), away)).to.include({
      Status: "FAILED",
      Reason: "Error: no network",
    });
  });
});
