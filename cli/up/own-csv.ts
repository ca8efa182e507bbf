/** A person's own CSV: its contract, given or proposed, and the file as it goes into landing. */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "csv-parse/sync";
import { loadContracts, proposeContract, type ContractFinding } from "../../components/contract";
import { readCsvText } from "../../components/contract/csv/decode";
import { nameHeaders } from "../../components/contract/csv/headers";
import type { DataSet, IdentifierKind } from "../../components/contract/model";
import { PATHS } from "../../local/paths";

export interface OwnCsv {
  readonly dataSet: DataSet;
  readonly content: Buffer;
  /** Folder with the contract, for the stack's `naru:contracts`. */
  readonly contractFolder: string;
  readonly contractFile: string;
  /** Personal columns that the proposal found; empty with a contract given. */
  readonly findings: readonly ContractFinding[];
  readonly proposed: boolean;
  /** Values of the personal columns (of a large file, some), to be searched for where none may be; never shown. */
  readonly personalValues: readonly string[];
}

const FOLDER = join(PATHS.own, "own-contract");

/**
 * @throws ContractError or CsvError with every problem and its fix, before anything is started.
 */
export function readOwnCsv(file: string, contract?: string): OwnCsv {
  rmSync(FOLDER, { recursive: true, force: true });
  mkdirSync(FOLDER, { recursive: true });
  const { text } = readCsvText(file);
  const proposal = contract === undefined ? proposeContract(file, {}) : undefined;
  const contractFile = join(FOLDER, contract === undefined ? "proposed.odcs.yaml" : "given.odcs.yaml");
  writeFileSync(contractFile, proposal?.yaml ?? readFileSync(contract!, "utf8"));
  const [dataSet] = loadContracts([FOLDER]);
  if (dataSet!.ingestion !== "csv") {
    throw new Error(
      `${contract}: describes a ${dataSet!.ingestion} data set; a CSV file needs ingestion csv`,
    );
  }
  return {
    dataSet: dataSet!,
    content: readFileSync(file),
    contractFolder: FOLDER,
    contractFile,
    findings: proposal?.findings ?? [],
    proposed: proposal !== undefined,
    personalValues: personalValues(text, dataSet!),
  };
}

/** Shorter values occur by chance in any file. */
const SEARCHABLE_BYTES = 10;
/** Values that are searched for, spread over the file; each has twenty spellings, and preparing them takes seconds. */
const MOST_VALUES = 100_000;
/** A name of three syllables may also be a song's, and a date anybody's; the other kinds are nobody else's. */
const SHARED_KINDS: readonly IdentifierKind[] = ["person-name", "birth-date"];

function personalValues(text: string, { columns, delimiter }: DataSet): string[] {
  const [headers, ...rows] = parse(text, {
    delimiter: delimiter ?? ",",
    bom: true,
    relax_column_count: true,
    relax_quotes: true,
    skip_empty_lines: true,
  }) as string[][];
  // By position: of two columns with one header, and of one without, only the numbered name is unique.
  const sources = nameHeaders((headers ?? []).map((header) => header.trim().normalize("NFC")));
  const positions = columns
    .filter(({ kind }) => kind !== undefined && !SHARED_KINDS.includes(kind))
    .map(({ sourceName }) => sources.findIndex(({ source }) => source === sourceName));
  const values = new Set(rows.flatMap((row) => positions.flatMap((position) => row[position] ?? [])));
  // A quotation mark is written twice in a file, so the value as such does not stand there.
  const searchable = [...values].filter(
    (value) => Buffer.byteLength(value) >= SEARCHABLE_BYTES && !value.includes('"'),
  );
  const step = Math.max(1, Math.ceil(searchable.length / MOST_VALUES));
  return searchable.filter((_, at) => at % step === 0);
}

/** Configuration that adds the own contract to the stack's; empty without one. */
export function ownConfig(own: OwnCsv | undefined): Record<string, string> {
  return own === undefined ? {} : { "naru:contracts": JSON.stringify(["contracts", own.contractFolder]) };
}
