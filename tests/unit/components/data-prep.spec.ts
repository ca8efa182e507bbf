import { expect } from "chai";
import { readPreparation, type DataBrew, type Preparation } from "../../../components/aws";
import { mocked, type MockedStack } from "./mocks";
import { GOOD, makeBrew } from "./preparations";
import { wideRights } from "./privileges";

const STACK = "aws:cloudformation/stack:Stack";
const CURATED = "naru-test-curated-123456789012-ap-northeast-2";

const templateOf = (stack: MockedStack, name: string) =>
  JSON.parse(stack.one(STACK, `prep-${name}`).inputs.templateBody);
/** Folders of a bucket that a role's statements let it do something with. */
const foldersOf = (stack: MockedStack, role: string, action: string): string[] =>
  stack
    .statements(role)
    .filter(({ Action }) => [Action].flat().includes(action))
    .flatMap(({ Resource }) => [Resource].flat())
    .map((arn: string) => arn.replace(/^arn:aws:s3:::/, ""));

describe("DataBrew", () => {
  let stack: MockedStack;
  let made: DataBrew;
  let resources: Record<string, { Type: string; Properties: Record<string, any> }>; // eslint-disable-line @typescript-eslint/no-explicit-any

  before(async () => {
    stack = await mocked(() => {
      made = makeBrew([
        { ...GOOD, partitionBy: ["genre"], schedule: "cron(0 20 * * ? *)" },
        { ...GOOD, name: "plain", output: "music/plain/", project: false },
      ]);
    });
    resources = templateOf(stack, "tracks").Resources;
  });

  it("is a CloudFormation stack a preparation, known in a preview but for its parameters", () => {
    expect(stack.of(STACK).map(({ inputs }) => inputs.name)).to.have.members([
      "naru-test-prep-tracks",
      "naru-test-prep-plain",
    ]);
    const { inputs, dependencies } = stack.one(STACK, "prep-tracks");
    expect(Object.keys(inputs.parameters)).to.have.members(
      Object.keys(templateOf(stack, "tracks").Parameters),
    );
    expect(inputs.parameters.KeyArn).to.match(/:keys-lake$/);
    expect(dependencies).to.include.members([
      "Function prep-publisher",
      "RolePolicy prep-tracks-recipe-policy",
    ]);
  });

  it("reads a table by its files, the day among its columns", () => {
    const { Format, Input, PathOptions } = resources.Table!.Properties;
    expect(Format).to.equal("PARQUET");
    expect(Input.S3InputDefinition).to.deep.equal({
      Bucket: CURATED,
      Key: "music/top_tracks/dt={dt}/<.*>.parquet",
    });
    expect(PathOptions.Parameters[0].DatasetParameter).to.include({ Name: "dt", CreateColumn: true });
  });

  it("writes Parquet with Snappy into its folder of curated, under the lake's key", () => {
    const { Outputs, EncryptionMode, EncryptionKeyArn, LogSubscription } = resources.Job!.Properties;
    expect(Outputs).to.deep.equal([
      {
        Location: { Bucket: CURATED, Key: "music/prepared/" },
        Format: "PARQUET",
        CompressionFormat: "SNAPPY",
        Overwrite: true,
        PartitionColumns: ["genre"],
      },
    ]);
    for (const job of [resources.Job!, resources.Profile!]) {
      expect(job.Properties).to.include({ EncryptionMode, LogSubscription });
    }
    expect(EncryptionMode).to.equal("SSE-KMS");
    expect(EncryptionKeyArn).to.deep.equal({ Ref: "KeyArn" });
    expect(LogSubscription).to.equal("DISABLE");
  });

  it("publishes the recipe between making it and running it, and joined tables stand before it", () => {
    expect(resources.Job!.Properties.Recipe).to.deep.equal({
      Name: { Ref: "Recipe" },
      Version: { "Fn::GetAtt": ["Version", "Version"] },
    });
    expect(resources.Version!.Properties).to.deep.include({
      ServiceToken: { Ref: "PublisherArn" },
      Recipe: { Ref: "Recipe" },
    });
    expect(resources.Recipe).to.deep.include({ DependsOn: ["Table", "Joined0"] });
    const { secondaryDatasetName } = resources.Recipe!.Properties.Steps[1].Action.Parameters;
    expect(resources.Joined0!.Properties.Name).to.equal(secondaryDatasetName);
  });

  it("is another job for other steps, as a job's recipe can't be changed", async () => {
    const others: DataBrew[] = [];
    await mocked(() => {
      others.push(makeBrew([GOOD]));
    });
    await mocked(() => {
      others.push(makeBrew([{ ...GOOD, steps: GOOD.steps.slice(0, 2) }]));
    });
    expect(resources.Job!.Properties.Name).to.equal(made.jobs.tracks);
    expect(others[0]!.jobs.tracks).to.equal(made.jobs.tracks);
    expect(others[1]!.jobs.tracks).not.to.equal(made.jobs.tracks);
    expect(resources.Version!.Properties.Steps).to.equal(made.jobs.tracks!.split("-").at(-1));
  });

  it("profiles, has a project and a schedule, where they are asked for", () => {
    expect(resources.Profile!.Properties).to.deep.include({
      Type: "PROFILE",
      JobSample: { Mode: "CUSTOM_ROWS", Size: 20_000 },
    });
    expect(resources.Project!.Properties.Sample).to.deep.equal({ Type: "FIRST_N", Size: 500 });
    expect(resources.Schedule!.Properties).to.deep.include({
      CronExpression: "cron(0 20 * * ? *)",
      JobNames: [{ Ref: "Job" }],
    });
    expect(templateOf(stack, "plain").Resources).not.to.have.any.keys("Project", "Schedule");
  });

  it("gives each role its own tables, and only the recipe's role its output", () => {
    expect(wideRights(stack)).to.deep.equal([]);
    expect(foldersOf(stack, "prep-tracks-recipe", "s3:GetObject")).to.have.members([
      `${CURATED}/music/artists/*`,
      `${CURATED}/music/top_tracks/*`,
    ]);
    expect(foldersOf(stack, "prep-tracks-recipe", "s3:DeleteObject")).to.deep.equal([
      `${CURATED}/music/prepared/*`,
    ]);
    expect(foldersOf(stack, "prep-tracks-profile", "s3:GetObject")).to.deep.equal([
      `${CURATED}/music/top_tracks/*`,
    ]);
    expect(foldersOf(stack, "prep-tracks-profile", "s3:PutObject")).to.deep.equal([
      "naru-test-query-results-123456789012-ap-northeast-2/databrew/profiles/tracks/*",
    ]);
    expect(foldersOf(stack, "prep-tracks-project", "s3:PutObject")).to.deep.equal([]);
    expect(stack.of("aws:iam/role:Role").map(({ name }) => name)).not.to.include("prep-plain-project");
  });

  it("lets the publisher touch its own recipes only", () => {
    const [first] = stack.statements("prep-publisher");
    expect(first!.Resource).to.have.members([
      "arn:aws:databrew:ap-northeast-2:123456789012:recipe/naru-test-prep-tracks",
      "arn:aws:databrew:ap-northeast-2:123456789012:recipe/naru-test-prep-plain",
    ]);
  });

  it("records every change of a run of the stack's jobs", () => {
    const pattern = (name: string) =>
      JSON.parse(stack.one("aws:cloudwatch/eventRule:EventRule", name).inputs.eventPattern);
    expect(pattern("prep-changed").detail).to.deep.equal({ jobName: [{ prefix: "naru-test-prep-" }] });
    expect(pattern("prep-failed").detail.state).to.deep.equal(["FAILED", "TIMEOUT", "STOPPED"]);
    for (const name of Object.values(made.jobs)) expect(name).to.match(/^naru-test-prep-/);
    const { inputs } = stack.one("aws:cloudwatch/logGroup:LogGroup", "prep-runs-logs");
    expect(inputs.name).to.equal("/aws/events/naru-test-prep");
    expect(inputs.kmsKeyId).to.match(/:keys-logs$/);
  });
});

describe("inputs of DataBrew", () => {
  const SECRET = "arn:aws:secretsmanager:ap-northeast-2:123456789012:secret:music-AbCdEf";
  const ready = { steps: [{ action: "remove-duplicate-rows" as const }] };
  const CASES: readonly [string, Preparation["input"], object, string][] = [
    [
      "a folder",
      { zone: "curated", folder: "sales/orders/", format: "CSV" },
      { Input: { S3InputDefinition: { Bucket: CURATED, Key: "sales/orders/" } } },
      "s3:GetObject",
    ],
    [
      "a table of the catalogue",
      { database: "naru_test_curated_music", table: "charts", folder: "music/charts/" },
      { DatabaseName: "naru_test_curated_music", TableName: "charts" },
      "lakeformation:GetDataAccess",
    ],
    [
      "a table of a database",
      { connection: "music", table: "public.artists", secretArn: SECRET, personalData: "none" },
      { GlueConnectionName: "music", DatabaseTableName: "public.artists" },
      "secretsmanager:GetSecretValue",
    ],
    [
      "a query of a database",
      { connection: "music", query: "SELECT 1", secretArn: SECRET, personalData: "none" },
      { GlueConnectionName: "music", QueryString: "SELECT 1" },
      "glue:GetConnection",
    ],
  ];
  for (const [title, input, said, right] of CASES) {
    it(`may be ${title}`, async () => {
      const stack = await mocked(() => makeBrew([{ ...GOOD, ...ready, input }]));
      const { Properties } = templateOf(stack, "tracks").Resources.Table;
      const [definition] = Object.values(Properties.Input) as object[];
      expect(title === "a folder" ? Properties : definition).to.deep.include(said);
      const actions = stack.statements("prep-tracks-recipe").flatMap(({ Action }) => Action);
      expect(actions).to.include(right);
    });
  }

  it("of a database decrypt its secret under whichever key that is, and nothing else by it", async () => {
    const input = {
      ...{ connection: "music", table: "public.artists", secretArn: SECRET, personalData: "none" as const },
    };
    const stack = await mocked(() => makeBrew([{ ...GOOD, ...ready, input }]));
    const [decrypt] = stack
      .statements("prep-tracks-recipe")
      .filter(({ Resource }) => String(Resource).endsWith(":key/*"));
    expect(decrypt).to.deep.equal({
      ...{ Effect: "Allow", Action: "kms:Decrypt" },
      Resource: "arn:aws:kms:ap-northeast-2:123456789012:key/*",
      Condition: {
        StringEquals: {
          "kms:ViaService": "secretsmanager.ap-northeast-2.amazonaws.com",
          "kms:EncryptionContext:SecretARN": SECRET,
        },
      },
    });
  });
});

describe("files of preparations", () => {
  it("are what the component takes", async () => {
    const read = readPreparation("docs/examples/track-popularity.preparation.yaml");
    const stack = await mocked(() => makeBrew([read]));
    expect(templateOf(stack, "track-popularity").Resources.Recipe.Properties.Steps).to.have.length(9);
  });

  it("take a recipe as DataBrew exports it", () => {
    const { steps } = readPreparation("docs/examples/track-titles.preparation.yaml");
    expect(steps[0]).to.deep.equal({
      operation: "RENAME",
      parameters: { sourceColumn: "name", targetColumn: "title" },
      conditions: [],
    });
    expect(steps[1]).to.deep.include({
      conditions: [{ condition: "IS_NOT_MISSING", column: "title" }],
    });
  });

  it("that are none are refused with file and key", () => {
    const problem = (file: string) => {
      try {
        return String(readPreparation(file));
      } catch (error) {
        return (error as Error).message;
      }
    };
    expect(problem("docs/none.preparation.yaml")).to.include("can't be read as YAML or JSON (ENOENT");
    expect(problem("docs/examples/library-loans.odcs.yaml"))
      .to.include('preparation "docs/examples/library-loans.odcs.yaml" has')
      .and.include("output: ")
      .and.include("input: must say dataSet");
  });
});
