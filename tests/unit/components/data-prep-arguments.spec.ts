import { expect } from "chai";
import type { Preparation } from "../../../components/aws";
import { mocked } from "./mocks";
import { GOOD, ground } from "./preparations";

describe("wrong arguments of DataBrew", () => {
  const steps = (...wrong: unknown[]) => ({ steps: wrong as Preparation["steps"] });
  const input = (wrong: unknown) => ({
    input: wrong as Preparation["input"],
    ...steps({ action: "remove-duplicate-rows" }),
  });
  const many = Array.from({ length: 101 }, () => ({ action: "remove-duplicate-rows" }));
  const folder = { folder: "music/artists/", format: "CSV" };
  const CASES: readonly [string, Partial<Preparation>, string][] = [
    ["a name with capitals", { name: "Tracks" }, 'preparations[0].name: is "Tracks"; write small letters'],
    [
      "an unknown data set",
      { input: { dataSet: "music.none" } },
      'input.dataSet: is "music.none"; write one of the lake\'s',
    ],
    ["landing", input({ zone: "landing", ...folder }), 'input.zone: is "landing", which is closed'],
    [
      "a zone that there is not",
      input({ zone: "silver", ...folder }),
      'input.zone: is "silver"; write curated or raw',
    ],
    [
      "what delivery could not transform",
      input({ zone: "raw", folder: "errors/lms/", format: "JSON" }),
      "only streams' tables are open",
    ],
    [
      "a folder without a slash",
      input({ zone: "curated", folder: "a", format: "CSV" }),
      'input.folder: is "a"; write a folder',
    ],
    [
      "another format",
      input({ zone: "curated", folder: "a/", format: "XML" }),
      'input.format: is "XML"; write one of PARQUET',
    ],
    [
      "another's database",
      input({ database: "sales", table: "t", folder: "a/" }),
      'input.database: is "sales"; write one of the lake\'s',
    ],
    [
      "a projected table by the catalogue",
      input({ database: "naru_test_curated_music", table: "artists", folder: "a/" }),
      "write input: { dataSet: music.artists }",
    ],
    [
      "a password for a secret",
      input({ connection: "c", table: "t", secretArn: "hunter2" }),
      "input.secretArn: is no ARN of a secret",
    ],
    [
      "a table and a query",
      input({ connection: "c", table: "t", query: "q", secretArn: "a" }),
      "says a table and a query; write one of them",
    ],
    [
      "a database of which nobody says that people are not in it",
      input({ connection: "c", table: "t", secretArn: "a" }),
      'input.personalData: is not "none"; write it where what is read has no data about people',
    ],
    [
      "a database with people in it",
      input({ connection: "c", table: "t", secretArn: "a", personalData: "some" }),
      "Data about people comes in by a contract, over landing",
    ],
    ["no source", input({}), "says no source"],
    ["no step", { steps: [] }, "steps.length: is 0; write a whole number from 1 to 100 steps"],
    ["too many steps", steps(...many), "steps.length: is 101"],
    ["an output in a table's folder", { output: "music/artists/" }, "which is music.artists's folder"],
    ["an output above a table's folder", { output: "music/" }, "runs overwrite their output"],
    [
      "an output over the input",
      { ...input({ zone: "curated", folder: "a/b/", format: "CSV" }), output: "a/" },
      "would delete what it reads",
    ],
    ["a schedule in words", { schedule: "daily" }, 'schedule: is "daily"; write cron('],
    ["a rate, which DataBrew has not", { schedule: "rate(1 day)" }, 'schedule: is "rate(1 day)"'],
    ["no nodes", { maxNodes: 0 }, "maxNodes: is 0; write a whole number from 1 to 100 nodes"],
    ["three days", { timeoutMinutes: 4320 }, "timeoutMinutes: is 4320"],
    ["eleven attempts", { retries: 11 }, "retries: is 11"],
    ["half a row", { profileRows: 0.5 }, "profileRows: is 0.5"],
    ["a sample of everything", { sampleRows: 1e6 }, "sampleRows: is 1000000"],
    [
      "partitions that the result has not",
      { partitionBy: ["year"] },
      'partitionBy: names "year", which the result has not',
    ],
    [
      "an action that there is not",
      steps({ action: "shout", column: "name" }),
      'steps[0].action: is "shout"; write one of rename',
    ],
    [
      "a step without its column",
      steps({ action: "trim" }),
      "steps[0].column: is missing; a trim needs column",
    ],
    [
      "a word too many",
      steps({ action: "trim", column: "name", to: "x" }),
      "steps[0].to: is not a word of trim",
    ],
    [
      "a type that there is not",
      steps({ action: "change-type", column: "name", type: "text" }),
      'steps[0].type: is "text"; write one of string',
    ],
    [
      "a column that there is not",
      steps({ action: "trim", column: "title" }),
      'steps[0].column: is "title", which the table has not at this step',
    ],
    [
      "a column that was renamed before",
      { steps: [GOOD.steps[0]!, { action: "trim", column: "name" }] },
      'steps[1].column: is "name"',
    ],
    [
      "a name that is taken",
      steps({ action: "rename", column: "name", to: "dt" }),
      'steps[0].to: is "dt", which the table has already',
    ],
    [
      "a join with nothing",
      { steps: [{ ...GOOD.steps[1]!, dataSet: "sis.none" } as never] },
      'steps[0].dataSet: is "sis.none", which the lake has not',
    ],
    [
      "a join's column that is not there",
      { steps: [{ ...GOOD.steps[1]!, columns: ["age"] } as never] },
      'names "age", which music.artists has not',
    ],
    [
      "a join's column that is here already",
      { steps: [GOOD.steps[1]!] },
      'steps[0].columns: is "name", which the table has already',
    ],
    [
      "a join where columns are not known",
      { input: { zone: "curated", ...folder } as never, steps: [GOOD.steps[1]!] },
      "give the input its columns",
    ],
    [
      "an operation that there is not",
      steps({ operation: "EXPLODE" }),
      'steps[0].operation: is "EXPLODE"; write one of CAPITAL_CASE',
    ],
    ["a join in DataBrew's own words", steps({ operation: "JOIN" }), "write a join as { action: join, … }"],
    [
      "an operation without a parameter",
      steps({ operation: "RENAME", parameters: { sourceColumn: "name" } }),
      "parameters.targetColumn: is missing; RENAME needs it",
    ],
    [
      "a parameter that there is not",
      steps({ operation: "LOWER_CASE", parameters: { sourceColumn: "name", locale: "ko" } }),
      "LOWER_CASE has no such parameter",
    ],
    [
      "a template that is too large",
      steps(
        ...Array.from({ length: 60 }, () => ({
          action: "replace",
          column: "name",
          pattern: "a".repeat(900),
          value: "b",
        })),
      ),
      "CloudFormation takes 51200",
    ],
  ];
  const TOGETHER = "all at once";
  const LISTS: Record<string, readonly Preparation[]> = {
    ...Object.fromEntries(CASES.map(([title, changes]) => [title, [{ ...GOOD, ...changes }]])),
    none: [],
    twice: [GOOD, GOOD],
    projects: Array.from({ length: 101 }, (_, at) => ({ ...GOOD, name: `t${at}`, output: `t/o${at}/` })),
    [TOGETHER]: [{ ...GOOD, maxNodes: 0, retries: 11, ...steps({ action: "trim" }) }],
  };
  const refusals = new Map<string, string>();

  before(async () => {
    await mocked(() => {
      const make = ground();
      for (const [title, preparations] of Object.entries(LISTS)) {
        try {
          make(preparations);
        } catch (error) {
          refusals.set(title, (error as Error).message);
        }
      }
    });
  });

  for (const [title, , message] of CASES) {
    it(title, () => expect(refusals.get(title)).to.include(message));
  }

  it("of the list: none, two of a name, two of an output, too many projects", () => {
    expect(refusals.get("none")).to.include("preparations: is empty");
    expect(refusals.get("twice"))
      .to.include('two are called "tracks"')
      .and.include("two write music/prepared/");
    expect(refusals.get("projects")).to.include("DataBrew opens 100");
  });

  it("are told all at once, and never a password", () => {
    expect(refusals.get(TOGETHER)).to.include('DataBrew "prep" has 3 wrong argument(s)');
    expect(refusals.get("a password for a secret")).not.to.include("hunter2");
  });
});
