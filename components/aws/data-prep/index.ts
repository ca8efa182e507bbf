import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { bundleFunction } from "../../../functions/bundle";
import { checkArguments, type ArgumentProblem } from "../../arguments";
import { arnOf, type AwsContext } from "../context";
import type { DataLake } from "../data-lake";
import type { EncryptionKeys } from "../foundation/encryption-keys";
import { LambdaFunction } from "../foundation/lambda-function";
import { functionCode } from "../stream-ingest/function-code";
import { createRunEvents, type RunEvents } from "./events";
import { isDataSet, type Preparation } from "./preparation";
import { listProblems, preparationProblems, resultProblems, sizeProblem } from "./preparation-problems";
import { buildRecipe, tableColumns, type Recipe } from "./recipe";
import { createRoles } from "./roles";
import { PreparationNames, tableFiles, template, type ParameterName } from "./template";

export { readPreparation } from "./preparation-file";
export type { Preparation, PreparationInput } from "./preparation";
export type { RecipeStep } from "./steps";

export interface DataBrewArgs {
  readonly lake: DataLake;
  readonly keys: EncryptionKeys;
  /** Tables to prepare, each with its steps; {@link readPreparation} reads one from a file. */
  readonly preparations: readonly Preparation[];
  /** Topic that is told of failed runs, e.g. the Spark jobs'; null: nobody is told. @default null */
  readonly alarms?: aws.sns.Topic | null;
}

/**
 * Data preparation in DataBrew: for each table a dataset, a profile job, a recipe with its published version, a project to
 * work on it by hand, the recipe's job to Parquet/Snappy in curated, and its schedule.
 *
 * Creates: a CloudFormation stack and up to three roles a preparation (each reads its own tables only), the function that
 * publishes recipes, two rules of EventBridge with a log of all runs, and an alarm.
 *
 * Reads open zones only: landing's clear values never get here. Other steps are another version and another job, so that
 * a run always follows the steps that its job's name carries.
 * Idle cost: 0.10 USD a month for the alarm. A run: 0.48 USD a node and hour; an open project: 1.00 USD for each half hour
 * (AWS Glue pricing, DataBrew, 2026-11).
 *
 * @throws ArgumentError with every wrong argument.
 */
export class DataBrew extends pulumi.ComponentResource {
  /** Name of each preparation's recipe job, as `aws databrew start-job-run --name` takes it. */
  readonly jobs: Readonly<Record<string, string>>;
  /** Published version of each preparation's recipe. */
  readonly versions: Readonly<Record<string, pulumi.Output<string>>>;
  /** Raw children, for what the arguments do not offer. */
  readonly nodes: {
    readonly stacks: Readonly<Record<string, aws.cloudformation.Stack>>;
    readonly events: RunEvents;
  };

  constructor(
    private readonly name: string,
    private readonly context: AwsContext,
    args: DataBrewArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("naru:aws:DataBrew", name, {}, opts);
    const { lake, keys, preparations } = args;
    const plans = preparations.map((preparation) => this.plan(lake, preparation));
    checkArguments("DataBrew", name, [
      ...listProblems(preparations),
      ...plans.flatMap((plan, at) => this.problems(`preparations[${at}]`, lake, plan)),
    ]);
    const publisher = this.createPublisher(keys, preparations);
    const stacks = Object.fromEntries(
      plans.map((plan) => [plan.preparation.name, this.createStack(lake, keys, publisher, plan)]),
    );
    const events = createRunEvents(name, context, { keys, alarms: args.alarms ?? null }, this);
    this.nodes = { stacks, events };
    this.jobs = Object.fromEntries(
      plans.map(({ preparation, recipe }) => [
        preparation.name,
        new PreparationNames(context, preparation).job(recipe),
      ]),
    );
    this.versions = Object.fromEntries(
      Object.entries(stacks).map(([each, { outputs }]) => [
        each,
        outputs.apply((values) => values?.RecipeVersion ?? ""),
      ]),
    );
    this.registerOutputs({ jobs: this.jobs, versions: this.versions });
  }

  /** What a preparation comes to; its steps may be wrong. */
  private plan(lake: DataLake, preparation: Preparation): Plan {
    const { input } = preparation;
    const names = new PreparationNames(this.context, preparation);
    const table = isDataSet(input) ? lake.contracts.find(({ id }) => id === input.dataSet) : undefined;
    const columns = isDataSet(input) ? table && tableColumns(table) : input.columns;
    const recipe = buildRecipe("steps", preparation.steps, {
      columns,
      contracts: lake.contracts,
      secondary: (joined) => {
        const { Bucket, Key } = tableFiles(lake, joined);
        return {
          name: joined === table ? names.own : names.joined(joined),
          location: `s3://${Bucket}/${Key}`,
        };
      },
    });
    return { preparation, recipe };
  }

  private problems(argument: string, lake: DataLake, plan: Plan): (ArgumentProblem | undefined)[] {
    const { preparation, recipe } = plan;
    const own = preparationProblems(argument, lake, preparation);
    const ofSteps = recipe.problems.map((problem) => `${argument}.${problem}`);
    // A result is judged where there is one.
    if (ofSteps.length > 0 || own.some((problem) => problem !== undefined)) return [...own, ...ofSteps];
    return [
      ...resultProblems(argument, preparation, recipe),
      sizeProblem(argument, this.templateBody(lake, plan)),
    ];
  }

  private templateBody(lake: DataLake, { preparation, recipe }: Plan): string {
    return JSON.stringify(template(this.context, lake, preparation, recipe));
  }

  private createPublisher(keys: EncryptionKeys, preparations: readonly Preparation[]): LambdaFunction {
    const { identity } = this.context;
    return new LambdaFunction(
      `${this.name}-publisher`,
      this.context,
      {
        part: "recipe-publisher",
        purpose: "recipe-publisher",
        description: "Publishes the versions of DataBrew recipes, as CloudFormation asks",
        code: functionCode(bundleFunction("recipe-publisher"), []),
        keys,
        environment: {},
        statements: [
          {
            Effect: "Allow",
            Action: [
              "databrew:PublishRecipe",
              "databrew:ListRecipeVersions",
              "databrew:BatchDeleteRecipeVersion",
            ],
            Resource: preparations.map((preparation) =>
              arnOf(identity, "databrew", `recipe/${new PreparationNames(this.context, preparation).own}`),
            ),
          },
        ],
        memoryMb: 256,
        timeoutSeconds: 120,
      },
      { parent: this },
    );
  }

  private createStack(
    lake: DataLake,
    keys: EncryptionKeys,
    publisher: LambdaFunction,
    plan: Plan,
  ): aws.cloudformation.Stack {
    const { preparation } = plan;
    const roles = createRoles(`${this.name}-${preparation.name}`, this.context, lake, preparation, this);
    const parameters: Record<ParameterName, pulumi.Input<string>> = {
      KeyArn: keys.arn("lake"),
      RecipeRoleArn: roles.recipe.readyArn,
      ProfileRoleArn: roles.profile.readyArn,
      ProjectRoleArn: roles.project?.readyArn ?? "",
      PublisherArn: publisher.function.arn,
    };
    return new aws.cloudformation.Stack(
      `${this.name}-${preparation.name}`,
      {
        name: this.context.names.of("stack", "prep", preparation.name),
        templateBody: this.templateBody(lake, plan),
        parameters,
        onFailure: "ROLLBACK",
        // No tags: CloudFormation lays them on each resource, DataBrew's replace themselves for a new one, and their names are
        // fixed, so that another owner could not be deployed.
      },
      { parent: this },
    );
  }
}

interface Plan {
  readonly preparation: Preparation;
  readonly recipe: Recipe;
}
