/** Finds, validates and reads the contract files of a stack. */
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join, relative } from "node:path";
import { parseDocument } from "yaml";
import { checkDataSet, checkTogether } from "./checks";
import type { Contracts, DataSet } from "./model";
import { type OdcsContract, validateOdcs } from "./odcs";
import { ContractError, type ContractProblem, ProblemList } from "./problem";
import { readDataSet } from "./read";

const CONTRACT_FILE = /\.odcs\.ya?ml$/;

/** What stands in the files: the sets that could be read, and every problem. */
export interface ContractReading {
  readonly dataSets: readonly DataSet[];
  readonly problems: readonly ContractProblem[];
}

/**
 * Loads every `*.odcs.yaml` under the folders (a path may also be one file), ordered by id.
 *
 * @throws ContractError with every problem of every file.
 */
export function loadContracts(paths: readonly string[]): Contracts {
  const { dataSets, problems } = readContracts(paths);
  if (problems.length > 0) throw new ContractError(problems);
  return dataSets;
}

/** As {@link loadContracts}, for callers that report problems themselves. */
export function readContracts(paths: readonly string[]): ContractReading {
  const found = paths.map((path) => ({ path, files: contractFiles(path) }));
  const missing = found
    .filter(({ files }) => files.length === 0)
    .map(({ path }) => ({
      file: path,
      key: "",
      problem: existsSync(path) ? "holds no *.odcs.yaml file" : "does not exist",
      fix: "name a folder of contracts, or propose one with `naru contract from-csv FILE`",
    }));
  const files = [...new Set(found.flatMap((entry) => entry.files))];
  const readings = files.map((file) => parseContract(readFileSync(file, "utf8"), displayPath(file)));
  const dataSets = readings
    .flatMap((reading) => reading.dataSets)
    .sort((left, right) => (left.id < right.id ? -1 : 1));
  return {
    dataSets,
    problems: [...missing, ...readings.flatMap((reading) => reading.problems), ...checkTogether(dataSets)],
  };
}

/** Reads one contract from its text; `file` is only for messages and {@link DataSet.file}. */
export function parseContract(text: string, file: string): ContractReading {
  const problems = new ProblemList(file);
  const yaml = parseDocument(text, { prettyErrors: true });
  for (const error of yaml.errors) {
    const line = error.linePos?.[0].line ?? 1;
    const [problem] = error.message.split("\n");
    problems.add(
      `line ${line}`,
      `is no valid YAML (${problem.replace(/ at line.*$/s, "")})`,
      "correct the line",
    );
  }
  if (!problems.empty) return { dataSets: [], problems: problems.problems };

  const document: unknown = yaml.toJS();
  if (!validateOdcs(document, problems)) return { dataSets: [], problems: problems.problems };
  const dataSet = readDataSet(document, problems);
  if (dataSet === undefined) return { dataSets: [], problems: problems.problems };
  checkDataSet(dataSet, (column) => propertyKey(document, column), problems);
  return { dataSets: [dataSet], problems: problems.problems };
}

function propertyKey(contract: OdcsContract, column: string): string {
  const index = (contract.schema?.[0].properties ?? []).findIndex((property) => property.name === column);
  return index < 0 ? "schema[0].properties" : `schema[0].properties[${index}]`;
}

function contractFiles(path: string): string[] {
  if (!existsSync(path)) return [];
  if (statSync(path).isFile()) return [path];
  return readdirSync(path, { recursive: true, encoding: "utf8" })
    .filter((name) => CONTRACT_FILE.test(name))
    .sort()
    .map((name) => join(path, name));
}

/** Inside the project relative, outside it absolute: what a person can open either way. */
function displayPath(file: string): string {
  const path = relative(process.cwd(), file);
  return path.startsWith("..") ? file : path;
}
