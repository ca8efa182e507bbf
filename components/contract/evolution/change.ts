/** What a change of a contract is told as: what it is, whom it breaks, and the version step it asks for. */
import type { ContractProblem } from "../problem";

/** Steps of a semantic version, smallest first. */
export const VERSION_STEPS = ["patch", "minor", "major"] as const;
export type VersionStep = (typeof VERSION_STEPS)[number];

/**
 * Whom a change can break: `producers` send events or files, `athena` stands for every SQL reader of the catalogue,
 * `spark` for the jobs and notebooks that read the Parquet files, `bi` for data sets and charts that name columns.
 */
export type Party = "producers" | "athena" | "spark" | "bi";

/** Everybody who reads what is stored. */
export const READERS: readonly Party[] = ["athena", "spark", "bi"];

/** What changed; one word a rule of docs/contracts.md. */
export type ChangeKind =
  | "data set added"
  | "data set removed"
  | "column added"
  | "column removed"
  | "column renamed"
  | "columns reordered"
  | "source name"
  | "type widened"
  | "type narrowed"
  | "type changed"
  | "nullability"
  | "treatment"
  | "identifier kind"
  | "kept characters"
  | "classification"
  | "not personal"
  | "limits tightened"
  | "limits loosened"
  | "ingestion"
  | "partition"
  | "time zone"
  | "primary key"
  | "delimiter"
  | "retention"
  | "quality rule"
  | "sizing"
  | "documentation";

export interface ContractChange {
  readonly kind: ChangeKind;
  /** Column that changed, by its new name; absent when the set as a whole did. */
  readonly column?: string;
  /** Old and new state in the contract's own words; absent where there was or is none. */
  readonly before?: string;
  readonly after?: string;
  /** Version step that the change asks for; `major` exactly when it breaks somebody. */
  readonly step: VersionStep;
  /** Whom it breaks; empty for a change that old and new producers, files and readers can live with together. */
  readonly breaks: readonly Party[];
  /** Why, in one sentence. */
  readonly why: string;
  /** Set when personal data becomes clearer or stays longer: what a person has to decide before it is released. */
  readonly review?: string;
}

/** What happened to one data set. */
export interface DataSetComparison {
  readonly id: string;
  /** Path of the newer contract; of a removed one, the older path. */
  readonly file: string;
  /** Old and new version; absent where there was or is no contract. */
  readonly before?: string;
  readonly after?: string;
  readonly changes: readonly ContractChange[];
  /** Greatest step that the changes ask for. */
  readonly needs?: VersionStep;
}

export interface ContractComparison {
  /** Data sets that changed, by id; unchanged ones are left out. */
  readonly dataSets: readonly DataSetComparison[];
  /** What must not be released so: breaking changes without a new major version, versions that stay or go back. */
  readonly problems: readonly ContractProblem[];
}

type Facts = Omit<ContractChange, "step" | "breaks">;

/** A change that breaks `parties`; with nobody left to break it is a minor one. */
export function breaking(parties: readonly Party[], facts: Facts): ContractChange {
  return { ...facts, breaks: parties, step: parties.length === 0 ? "minor" : "major" };
}

/** A change that shows in what is stored or accepted, and breaks nobody. */
export function compatible(facts: Facts): ContractChange {
  return { ...facts, breaks: [], step: "minor" };
}

/** A change that shows in nothing that is stored or accepted. */
export function invisible(facts: Facts): ContractChange {
  return { ...facts, breaks: [], step: "patch" };
}
