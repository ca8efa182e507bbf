/** What is wrong with preparations: told all at once, before anything is created. */
import { checkNumber, checkText, type ArgumentProblem } from "../../arguments";
import { LIMITS } from "../../limits";
import type { DataLake } from "../data-lake";
import {
  isCatalogue,
  isDatabase,
  isDataSet,
  isFolder,
  type DatabaseInput,
  type Preparation,
  type PreparationInput,
} from "./preparation";
import type { Recipe } from "./recipe";
import { MOST_TEMPLATE_BYTES } from "./template";

type Checks = (ArgumentProblem | undefined)[];

/** DataBrew opens that many projects in an account and region at once (DataBrew quotas, before a raise). */
const MOST_PROJECTS = 100;

const CRON = /^cron\((\S+ ){5}\S+\)$/;
const FORMATS = ["PARQUET", "CSV", "JSON", "ORC"];
const FOLDER_FORM = 'a folder with a slash behind, e.g. "music/track_popularity/"';

const isName = (name: string) => /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(name) && name.length <= 60;
const isFolderName = (folder: string) => /^[a-z0-9_]+(\/[a-z0-9_=-]+)*\/$/.test(folder);
const isSecret = (arn: string) => /^arn:[\w-]+:secretsmanager:[a-z0-9-]+:\d{12}:secret:\S+$/.test(arn);

/** Of the list as a whole. */
export function listProblems(preparations: readonly Preparation[]): Checks {
  const projects = preparations.filter(({ project = true }) => project).length;
  return [
    preparations.length > 0 ? undefined : "preparations: is empty; give one, or leave the component out",
    projects <= MOST_PROJECTS
      ? undefined
      : `preparations: have ${projects} projects; DataBrew opens ${MOST_PROJECTS}, so write project: false for the others`,
    ...twice(preparations, ({ name }) => name).map(
      (name) => `preparations: two are called "${name}"; give each a name of its own`,
    ),
    ...twice(preparations, ({ output }) => output).map(
      (output) => `preparations: two write ${output}, each over the other; give each a folder of its own`,
    ),
  ];
}

function twice(all: readonly Preparation[], of: (each: Preparation) => string): string[] {
  const values = all.map(of);
  return [...new Set(values.filter((value, at) => values.indexOf(value) !== at))];
}

/** Of one preparation, but for its steps. */
export function preparationProblems(argument: string, lake: DataLake, preparation: Preparation): Checks {
  const { name, input, output, steps } = preparation;
  return [
    checkText(
      `${argument}.name`,
      name,
      isName,
      'small letters, digits and hyphens, at most 60, e.g. "track-popularity"',
    ),
    ...inputProblems(`${argument}.input`, lake, input),
    checkText(`${argument}.output`, output, isFolderName, FOLDER_FORM),
    outputProblem(argument, lake, preparation),
    checkNumber(`${argument}.steps.length`, steps.length, LIMITS.recipeSteps),
    checkText(
      `${argument}.schedule`,
      preparation.schedule ?? undefined,
      (text) => CRON.test(text),
      "cron(minute hour day month weekday year) in UTC, e.g. cron(0 19 * * ? *) for 04:00 in Seoul",
    ),
    checkNumber(`${argument}.profileRows`, preparation.profileRows, LIMITS.profileRows),
    checkNumber(`${argument}.sampleRows`, preparation.sampleRows, LIMITS.sampleRows),
    checkNumber(`${argument}.maxNodes`, preparation.maxNodes, LIMITS.preparationNodes),
    checkNumber(`${argument}.timeoutMinutes`, preparation.timeoutMinutes, LIMITS.preparationTimeout),
    checkNumber(`${argument}.retries`, preparation.retries, LIMITS.preparationRetries),
  ];
}

/** A run overwrites its folder: nobody else's. */
function outputProblem(argument: string, lake: DataLake, { output, input }: Preparation) {
  const own = lake.contracts.find((table) => overlaps(lake.folder(table), output));
  if (own !== undefined) {
    return `${argument}.output: is ${output}, which is ${own.id}'s folder; runs overwrite their output, so write another folder`;
  }
  const read =
    isFolder(input) && input.zone === "curated" ? input.folder : isCatalogue(input) ? input.folder : null;
  return read !== null && overlaps(read, output)
    ? `${argument}.output: is ${output}, which overlaps the input's folder ${read}; a run would delete what it reads`
    : undefined;
}

function overlaps(left: string, right: string): boolean {
  return left.startsWith(right) || right.startsWith(left);
}

function inputProblems(argument: string, lake: DataLake, input: PreparationInput): Checks {
  if (isDataSet(input)) {
    const ids = lake.contracts.map(({ id }) => id);
    return [
      checkText(
        `${argument}.dataSet`,
        input.dataSet,
        (id) => ids.includes(id),
        `one of the lake's: ${ids.join(", ")}`,
      ),
    ];
  }
  if (isFolder(input)) {
    return [
      openZoneProblem(argument, input.zone),
      checkText(`${argument}.folder`, input.folder, isFolderName, FOLDER_FORM),
      input.zone === "raw" && !lake.rawFolders().some((folder) => input.folder.startsWith(folder))
        ? `${argument}.folder: is ${input.folder} in raw, where only streams' tables are open; write below ${lake.rawFolders().join(", ")}`
        : undefined,
      checkText(
        `${argument}.format`,
        input.format,
        (format) => FORMATS.includes(format),
        `one of ${FORMATS.join(", ")}`,
      ),
    ];
  }
  if (isCatalogue(input)) {
    const databases = Object.values(lake.databases());
    const own = lake.contracts.find(
      (table) => input.table === table.name && input.database === lake.database(table.domain, "curated"),
    );
    return [
      checkText(
        `${argument}.database`,
        input.database,
        (database) => databases.includes(database),
        `one of the lake's: ${databases.join(", ")}`,
      ),
      checkText(`${argument}.folder`, input.folder, isFolderName, FOLDER_FORM),
      own === undefined
        ? undefined
        : `${argument}.table: is ${own.id}, whose partitions only Athena sees in the catalogue; write input: { dataSet: ${own.id} }`,
    ];
  }
  if (isDatabase(input)) return databaseProblems(argument, input);
  return [
    `${argument}: says no source; write dataSet, or zone and folder, or database and table, or connection and table`,
  ];
}

/** Landing holds clear values, and the log bucket says who read what. */
function openZoneProblem(argument: string, zone: string): ArgumentProblem | undefined {
  if (["raw", "curated"].includes(zone)) return undefined;
  const closed = ["landing", "logs"].includes(zone);
  return (
    `${argument}.zone: is "${zone}"${closed ? ", which is closed: a preparation would carry clear values out" : ""}; ` +
    "write curated or raw, where personal values are pseudonyms"
  );
}

function databaseProblems(
  argument: string,
  { connection, table, query, secretArn, personalData }: DatabaseInput,
): Checks {
  return [
    checkText(
      `${argument}.connection`,
      connection,
      (name) => /^[\w .-]{1,255}$/.test(name),
      "the name of a Glue connection",
    ),
    (table === undefined) === (query === undefined)
      ? `${argument}.table: says ${table === undefined ? "no table and no query" : "a table and a query"}; write one of them`
      : undefined,
    // Never told back: it may be the password.
    isSecret(secretArn)
      ? undefined
      : `${argument}.secretArn: is no ARN of a secret; write one of Secrets Manager, and never the password itself`,
    personalData === "none"
      ? undefined
      : `${argument}.personalData: is not "none"; write it where what is read has no data about people, as nothing pseudonymises ` +
        "on this way and the result is open. Data about people comes in by a contract, over landing",
  ];
}

/** Of what the steps made. */
export function resultProblems(argument: string, { partitionBy = [] }: Preparation, recipe: Recipe): Checks {
  const { columns } = recipe;
  if (columns === undefined) return [];
  return [
    ...partitionBy
      .filter((column) => !columns.includes(column))
      .map(
        (column) =>
          `${argument}.partitionBy: names "${column}", which the result has not; write one of ${columns.join(", ")}`,
      ),
    columns.length > partitionBy.length
      ? undefined
      : `${argument}.partitionBy: names every column; files would hold none, so leave one`,
  ];
}

export function sizeProblem(argument: string, body: string): ArgumentProblem | undefined {
  const bytes = Buffer.byteLength(body);
  return bytes <= MOST_TEMPLATE_BYTES
    ? undefined
    : `${argument}.steps: make a template of ${bytes} bytes; CloudFormation takes ${MOST_TEMPLATE_BYTES}, so make two preparations of it`;
}
