/** What is wrong in a contract, where, and what to write instead. */
import { ToldError } from "../told-error";

export interface ContractProblem {
  /** Path of the contract file, as given. */
  readonly file: string;
  /** Place in the file, such as `schema[0].properties[3].classification`; empty when the file as a whole is meant. */
  readonly key: string;
  readonly problem: string;
  readonly fix: string;
}

/** `file: key: problem; fix`, one line. */
export function formatProblem({ file, key, problem, fix }: ContractProblem): string {
  return `${file}: ${key === "" ? "" : `${key}: `}${problem}; ${fix}`;
}

/** Every problem of every contract file at once. */
export class ContractError extends ToldError {
  constructor(readonly problems: readonly ContractProblem[]) {
    const count = problems.length === 1 ? "1 problem" : `${problems.length} problems`;
    super([`${count} in the data contracts`, ...problems.map(formatProblem)].join("\n  "));
    this.name = "ContractError";
  }
}

/** Gathers the problems of one file while it is read, so that one mistake does not hide the next. */
export class ProblemList {
  readonly problems: ContractProblem[] = [];

  constructor(readonly file: string) {}

  add(key: string, problem: string, fix: string): void {
    this.problems.push({ file: this.file, key, problem, fix });
  }

  get empty(): boolean {
    return this.problems.length === 0;
  }
}
