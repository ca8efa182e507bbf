/** `naru contract diff OLD NEW`: what changed, whom it breaks, and whether the versions say so. */
import {
  compareContracts,
  type ContractChange,
  type ContractComparison,
  ContractError,
  type ContractReading,
  type Contracts,
  type DataSetComparison,
  formatProblem,
  readContracts,
} from "../../components/contract";
import { plural } from "../plural";
import { contractsAt } from "./git-contracts";
import { type Output, processOutput } from "./output";

export interface ContractDiffOptions {
  /** Old and new contracts, each a file or a folder; with `base` only the new ones. @default ["contracts"] with base */
  readonly paths?: readonly string[];
  /** Commit, branch or tag that holds the old contracts, under the path of the new ones. @default none */
  readonly base?: string;
  /** Print {@link compareContracts}'s result as JSON. @default false */
  readonly json?: boolean;
  readonly output?: Output;
}

/**
 * Exit code: 0 when the new contracts may be released, 1 when a version does not say what changed, 2 for wrong use.
 *
 * @throws ContractError when old or new contracts do not load.
 */
export async function contractDiff(options: ContractDiffOptions): Promise<number> {
  const { paths = [], base, json = false, output = processOutput } = options;
  const places = base !== undefined && paths.length === 0 ? ["contracts"] : paths;
  if (places.length !== (base === undefined ? 2 : 1)) {
    output.err("naru contract diff: give OLD and NEW, or --base REF and at most one path");
    return 2;
  }
  const after = places.at(-1)!;
  const comparison = compareContracts(
    loaded(base === undefined ? readContracts([places[0]!]) : contractsAt(base, after)),
    loaded(readContracts([after])),
  );
  if (json) output.out(JSON.stringify(comparison, undefined, 2));
  else for (const line of report(comparison)) output.out(line);
  return comparison.problems.length > 0 ? 1 : 0;
}

function loaded({ dataSets, problems }: ContractReading): Contracts {
  if (problems.length > 0) throw new ContractError(problems);
  return dataSets;
}

function report({ dataSets, problems }: ContractComparison): string[] {
  const changes = dataSets.flatMap((dataSet) => dataSet.changes);
  const reviews = changes.filter(({ review }) => review !== undefined).length;
  return [
    ...dataSets.flatMap(dataSetLines),
    ...problems.map((problem) => `error    ${formatProblem(problem)}`),
    `${plural(dataSets.length, "data set")} changed, ${plural(changes.length, "change")}, ` +
      `${plural(problems.length, "error")}, ${reviews} to review`,
  ];
}

function dataSetLines({ id, before, after, changes, needs }: DataSetComparison): string[] {
  return [
    `${id}  ${before ?? "none"} -> ${after ?? "none"}, asks for a ${needs} step`,
    ...changes.flatMap((change) => [
      `  ${change.step.padEnd(5)}  ${headline(change)}: ${change.why}${broken(change)}`,
      ...(change.review === undefined ? [] : [`  review ${change.review}`]),
    ]),
  ];
}

function headline({ kind, column, before, after }: ContractChange): string {
  const what = column === undefined ? kind : `${kind}, ${column}`;
  if (before === undefined && after === undefined) return what;
  return `${what} (${before ?? "none"} -> ${after ?? "none"})`;
}

function broken({ breaks }: ContractChange): string {
  return breaks.length === 0 ? "" : `; breaks ${breaks.join(", ")}`;
}
