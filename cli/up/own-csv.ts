/** A person's own CSV: its contract, given or proposed, and the file as it goes into landing. */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import type { ContractFinding } from "../../components/contract";
import { loadContracts, proposeContract } from "../../components/contract";
import type { DataSet } from "../../components/contract/model";
import { PATHS } from "../../local/paths";

export interface OwnCsv {
  readonly file: string;
  readonly dataSet: DataSet;
  readonly content: Buffer;
  /** Folder with the contract, for the stack's `naru:contracts`. */
  readonly contractFolder: string;
  /** Personal columns that the proposal found; empty with a contract given. */
  readonly findings: readonly ContractFinding[];
  readonly proposed: boolean;
}

const FOLDER = join(PATHS.own, "own-contract");

/**
 * @throws ContractError or CsvError with every problem and its fix, before anything is started.
 */
export function readOwnCsv(file: string, contract?: string): OwnCsv {
  rmSync(FOLDER, { recursive: true, force: true });
  mkdirSync(FOLDER, { recursive: true });
  const proposal = contract === undefined ? proposeContract(file, {}) : undefined;
  const path = join(FOLDER, contract === undefined ? "proposed.odcs.yaml" : basename(contract));
  writeFileSync(path, proposal?.yaml ?? readFileSync(contract!, "utf8"));
  const [dataSet] = loadContracts([FOLDER]);
  return {
    file,
    dataSet: dataSet!,
    content: readFileSync(file),
    contractFolder: FOLDER,
    findings: proposal?.findings ?? [],
    proposed: proposal !== undefined,
  };
}

/** Configuration that adds the own contract to the stack's; empty without one. */
export function ownConfig(own: OwnCsv | undefined): Record<string, string> {
  return own === undefined ? {} : { "naru:contracts": JSON.stringify(["contracts", own.contractFolder]) };
}
