/** What a contract may say and probably should not: advice beside the errors of the loader. */
import { detectPersonal, namesOf } from "./detect";
import { readContracts } from "./load";
import type { Column, DataSet } from "./model";
import type { ContractProblem } from "./problem";

/** A detected kind contradicts the contract from this score on; below, the contract's own word counts. */
const CONTRADICTS_FROM = 0.8;

export interface LintResult {
  /** Files of which a data set could be read. */
  readonly files: readonly string[];
  /** Ids of the data sets that could be read. */
  readonly dataSets: readonly string[];
  readonly errors: readonly ContractProblem[];
  readonly warnings: readonly ContractProblem[];
}

/** Errors are what {@link loadContracts} would throw; warnings leave a stack deployable. Never throws for contents. */
export function lintContracts(paths: readonly string[]): LintResult {
  const { dataSets, problems } = readContracts(paths);
  return {
    files: dataSets.map(({ file }) => file),
    dataSets: dataSets.map(({ id }) => id),
    errors: problems,
    warnings: dataSets.flatMap(warningsOf),
  };
}

function warningsOf(dataSet: DataSet): ContractProblem[] {
  return [
    ...(dataSet.status === "draft" || dataSet.status === "proposed"
      ? [
          warning(
            dataSet,
            "status",
            `is ${dataSet.status}`,
            "review purpose, owner, columns and treatments, then write active",
          ),
        ]
      : []),
    // What the jobs write themselves was checked as it came in.
    ...(dataSet.ingestion === "derived" || dataSet.quality.some((rule) => rule.severity === "error")
      ? []
      : [
          warning(
            dataSet,
            "schema[0].quality",
            "has no rule of severity error",
            "add one, such as rowCount above 0: without it an empty or broken delivery is published",
          ),
        ]),
    ...dataSet.columns.flatMap((column) => columnWarnings(dataSet, column)),
  ];
}

function columnWarnings(dataSet: DataSet, column: Column): ContractProblem[] {
  if (column.kind === undefined) return [];
  const key = `schema[0].properties.${column.name}`;
  const found = detectPersonal(namesOf(column), column.examples ?? []);
  const examples =
    column.examples === undefined
      ? []
      : [
          warning(
            dataSet,
            `${key}.examples`,
            "stand on a personal column",
            "delete them: contracts are read outside the closed zone",
          ),
        ];
  return found !== undefined && found.kind !== column.kind && found.score >= CONTRADICTS_FROM
    ? [
        ...examples,
        warning(
          dataSet,
          `${key}.customProperties.identifierKind`,
          `is ${column.kind} on a column that looks like ${found.kind} (score ${found.score}: ${found.why})`,
          "check it: equal values join across data sets only within one kind",
        ),
      ]
    : examples;
}

function warning({ file }: DataSet, key: string, problem: string, fix: string): ContractProblem {
  return { file, key, problem, fix };
}
