/** What is prepared: a table, the steps, and where the result goes. */
import type { DataSet } from "../../contract/model";
import type { RecipeStep } from "./steps";

/** A curated table of the lake, by the id of its data set, e.g. `music.artists`. */
export interface DataSetInput {
  readonly dataSet: string;
}

/** Files of one kind below a folder of an open zone that no contract describes. */
export interface FolderInput {
  readonly zone: "raw" | "curated";
  /** Folder with a slash behind, e.g. `sales/orders/`. */
  readonly folder: string;
  readonly format: "PARQUET" | "CSV" | "JSON" | "ORC";
  /** Names of its columns, where steps need to know them all (a join). @default the names are not checked */
  readonly columns?: readonly string[];
}

/** A table of the Glue catalogue in one of the lake's databases; with Lake Formation its grants decide what is read. */
export interface CatalogueInput {
  readonly database: string;
  readonly table: string;
  /** Folder of curated that holds the table's files, with a slash behind: what the role may read. */
  readonly folder: string;
  /** @default the names are not checked */
  readonly columns?: readonly string[];
}

/** A table of Redshift or a relational database, by a Glue connection. */
export interface DatabaseInput {
  /** Name of the Glue connection. */
  readonly connection: string;
  /** Table, e.g. `public.artists`; or a query, not both. */
  readonly table?: string;
  readonly query?: string;
  /** Secret of the connection's user. */
  readonly secretArn: string;
  /** What is read has no data about people, as the result is for all analysts: `none`, and nothing else is taken. */
  readonly personalData: "none";
  /** @default the names are not checked */
  readonly columns?: readonly string[];
}

export type PreparationInput = DataSetInput | FolderInput | CatalogueInput | DatabaseInput;

/** One table prepared: what `*.preparation.yaml` files say. */
export interface Preparation {
  /** One in a stack: small letters, digits, hyphens. */
  readonly name: string;
  readonly input: PreparationInput;
  readonly steps: readonly RecipeStep[];
  /** Folder of curated that is written anew by each run, with a slash behind; no data set's own. */
  readonly output: string;
  /** Columns of the result that its folders are named by. @default [] */
  readonly partitionBy?: readonly string[];
  /** When the recipe runs, as a cron expression in UTC; null: when somebody starts it. @default null */
  readonly schedule?: string | null;
  /** Rows that the profile looks at. @default 20000 */
  readonly profileRows?: number;
  /** Whether people open the recipe in DataBrew's console, on a sample of the table. @default true */
  readonly project?: boolean;
  /** Rows of the project's sample. @default 500 */
  readonly sampleRows?: number;
  /** Most nodes of a run (4 vCPU and 16 GB each). @default 5 */
  readonly maxNodes?: number;
  /** Minutes after which a run is stopped. @default 60 */
  readonly timeoutMinutes?: number;
  /** Further attempts of a run that failed. @default 0 */
  readonly retries?: number;
}

/** Kind of an input, by what only that kind says. */
export function isDataSet(input: PreparationInput): input is DataSetInput {
  return "dataSet" in input;
}

export function isFolder(input: PreparationInput): input is FolderInput {
  return "zone" in input;
}

export function isDatabase(input: PreparationInput): input is DatabaseInput {
  return "connection" in input;
}

export function isCatalogue(input: PreparationInput): input is CatalogueInput {
  return "database" in input;
}

/** Data sets of the lake that the preparation reads: its input, and what it joins. */
export function dataSetsOf({ input, steps }: Preparation, contracts: readonly DataSet[]): DataSet[] {
  const ids = [
    ...(isDataSet(input) ? [input.dataSet] : []),
    ...steps.flatMap((step) => ("action" in step && step.action === "join" ? [step.dataSet] : [])),
  ];
  return contracts.filter(({ id }) => ids.includes(id));
}
