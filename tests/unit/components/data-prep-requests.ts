/**
 * Prints, as JSON, what DataBrew would be asked: the templates of preparations that use every kind of input and step, and the
 * requests of the function that publishes recipes. `local/cloud/tests/test_data_prep_requests.py` holds them against the
 * service's own model.
 */
import { DataBrewRecipes } from "../../../functions/recipe-publisher/data-brew-recipes";
import { publishSteps, unpublish } from "../../../functions/recipe-publisher/publish";
import { readPreparation, type Preparation, type PreparationInput } from "../../../components/aws";
import { mocked } from "./mocks";
import { GOOD, makeBrew } from "./preparations";

const SECRET = "arn:aws:secretsmanager:ap-northeast-2:123456789012:secret:music-AbCdEf";
const columns = ["a", "b", "artist_id"];
const INPUTS: Readonly<Record<string, PreparationInput>> = {
  folder: { zone: "curated", folder: "sales/orders/", format: "CSV", columns },
  catalogue: { database: "naru_test_curated_music", table: "charts", folder: "music/charts/", columns },
  table: { connection: "music", table: "public.artists", secretArn: SECRET, personalData: "none", columns },
  query: { connection: "music", query: "SELECT 1", secretArn: SECRET, personalData: "none", columns },
};
const STEPS: Preparation["steps"] = [
  { action: "duplicate", column: "a", to: "c" },
  { action: "rename", column: "c", to: "d" },
  { action: "trim", column: "a" },
  { action: "upper-case", column: "a" },
  { action: "capital-case", column: "a" },
  { action: "remove-missing", column: "a" },
  { action: "change-type", column: "b", type: "number" },
  { action: "replace", column: "a", pattern: "x+", value: "y" },
  {
    action: "join",
    dataSet: "music.artists",
    on: { artist_id: "artist_id" },
    columns: ["genre"],
    type: "inner",
  },
  { action: "delete", column: "d" },
  { action: "remove-duplicate-rows" },
  {
    operation: "FILL_WITH_CUSTOM",
    parameters: { sourceColumn: "a", columnDataType: "string", value: "-" },
    conditions: [{ condition: "IS", column: "genre", value: "k-pop" }],
  },
];

async function print(): Promise<void> {
  const preparations = [
    ...["track-popularity", "track-titles"].map((name) =>
      readPreparation(`docs/examples/${name}.preparation.yaml`),
    ),
    ...Object.entries(INPUTS).map(([name, input]) => ({
      ...GOOD,
      ...{ name, input, steps: STEPS, output: `prepared/${name}/`, partitionBy: ["genre"] },
      ...{ schedule: "cron(0 20 * * ? *)", retries: 1 },
    })),
  ];
  const stack = await mocked(() => makeBrew(preparations));
  const templates = stack
    .of("aws:cloudformation/stack:Stack")
    .map(({ inputs }) => JSON.parse(inputs.templateBody) as unknown);
  console.log(JSON.stringify({ templates, calls: await publisherCalls() }));
}

/** Each operation that the publisher sends, with its input. */
async function publisherCalls(): Promise<[string, Record<string, unknown>][]> {
  const calls: [string, Record<string, unknown>][] = [];
  const recipes = new DataBrewRecipes(async (operation, input) => {
    calls.push([operation, input]);
    const Recipes = calls.length > 1 ? [{ RecipeVersion: "1.0" }] : [];
    return operation === "ListRecipeVersions"
      ? { Recipes, ...(calls.length === 4 && { NextToken: "t" }) }
      : {};
  });
  await publishSteps(recipes, "naru-test-prep-tracks", "0a1b2c3d");
  await unpublish(recipes, "naru-test-prep-tracks");
  return calls;
}

void print();
