/** Old and new contracts side by side: what changed, whom it breaks, and whether the versions say so. */
import type { Contracts, DataSet } from "../model";
import type { ContractProblem } from "../problem";
import {
  breaking,
  type ContractChange,
  type ContractComparison,
  compatible,
  type DataSetComparison,
  READERS,
} from "./change";
import { columnChanges, producersOf } from "./column-changes";
import { withNewNames } from "./pair-columns";
import { setChanges } from "./set-changes";
import { greatestStep, nextVersion, stepBetween, suffices } from "./version";

/** Life-cycle states in which nobody may rely on a set: one that is not yet released, or no longer. */
const UNRELIED: readonly string[] = ["proposed", "draft", "deprecated", "retired"];

/**
 * Compares every data set by its id. Text that the model does not hold (comments, tags) counts as unchanged.
 *
 * Problems: a breaking change without a new major version; a smaller step than the changes ask for; changes under an
 * unchanged version; a version that goes back; an active set that is removed.
 */
export function compareContracts(before: Contracts, after: Contracts): ContractComparison {
  const ids = [...new Set([...before, ...after].map(({ id }) => id))].sort();
  const compared = ids.map((id) => {
    const [old, now] = [before, after].map((contracts) => contracts.find((dataSet) => dataSet.id === id));
    return compareDataSet(old, now);
  });
  return {
    dataSets: compared.map(({ comparison }) => comparison).filter(({ changes }) => changes.length > 0),
    problems: compared.flatMap(({ problems }) => problems),
  };
}

interface Compared {
  readonly comparison: DataSetComparison;
  readonly problems: readonly ContractProblem[];
}

function compareDataSet(old: DataSet | undefined, now: DataSet | undefined): Compared {
  const changes = changesOf(old, now);
  const { id, file } = (now ?? old)!;
  const comparison = {
    id,
    file,
    before: old?.version,
    after: now?.version,
    changes,
    needs: greatestStep(changes.map(({ step }) => step)),
  };
  if (old === undefined) return { comparison, problems: [] };
  return {
    comparison,
    problems: now === undefined ? removalProblems(old) : versionProblems(old, now, changes),
  };
}

function changesOf(old: DataSet | undefined, now: DataSet | undefined): ContractChange[] {
  if (old === undefined) {
    return [compatible({ kind: "data set added", after: now!.version, why: "nobody relies on it yet" })];
  }
  if (now === undefined) {
    return [
      breaking([...producersOf(old), ...READERS], {
        kind: "data set removed",
        before: old.version,
        why: "its way in, its tables and what reads them are gone",
      }),
    ];
  }
  return [...columnChanges(old, now), ...setChanges(withNewNames(old, now), now)];
}

function removalProblems({ file, status }: DataSet): ContractProblem[] {
  if (status !== undefined && UNRELIED.includes(status)) return [];
  return [
    {
      file,
      key: "",
      problem: `is removed while its status is ${status ?? "not stated"}`,
      fix: "release it with status: deprecated first, so that producers and readers know, and remove it then",
    },
  ];
}

function versionProblems(old: DataSet, now: DataSet, changes: readonly ContractChange[]): ContractProblem[] {
  const step = stepBetween(old.version, now.version);
  const needed = greatestStep(changes.map((change) => change.step));
  const at = (problem: string, fix: string): ContractProblem[] => [
    { file: now.file, key: "version", problem, fix },
  ];
  const wanted = `write ${nextVersion(old.version, needed ?? "patch")}`;
  if (step === "back") return at(`goes back from ${old.version} to ${now.version}`, `${wanted} or later`);
  if (needed === undefined || (step !== "same" && suffices(step, needed))) return [];
  const why = [...new Set(changes.filter((change) => change.step === needed).map(named))].join(", ");
  const found = step === "same" ? `stays ${now.version}` : `is ${now.version}, a ${step} step`;
  return at(`${found}, with ${needed} changes (${why})`, wanted);
}

function named({ kind, column }: ContractChange): string {
  return column === undefined ? kind : `${kind}: ${column}`;
}
