/** `naru contract from-csv FILE`: proposes a contract for a CSV that nobody described, for a person to edit. */
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { type ContractProposal, CsvError, proposeContract } from "../../components/contract";
import { type Output, processOutput } from "./output";

export interface ContractFromCsvOptions {
  /** The CSV file. */
  readonly file: string;
  /** `<domain>.<name>`. @default `files.` and the file's name */
  readonly id?: string;
  /** Where to write the contract; an existing file is left alone. @default standard output */
  readonly out?: string;
  /** Print {yaml, dataSet, findings, ...} as JSON instead of the contract. @default false */
  readonly json?: boolean;
  readonly output?: Output;
}

/** Exit code: 0 when a contract was proposed, 1 when the file cannot be read as CSV or the target exists. */
export async function contractFromCsv(options: ContractFromCsvOptions): Promise<number> {
  const { file, id, out, json = false, output = processOutput } = options;
  if (out !== undefined && existsSync(out)) {
    output.err(`${out}: exists already; name another file with --out or move it away`);
    return 1;
  }
  const proposal = propose(file, id, output);
  if (proposal === undefined) return 1;
  if (out !== undefined) {
    mkdirSync(dirname(out), { recursive: true });
    writeFileSync(out, proposal.yaml);
  }
  if (json) output.out(JSON.stringify(proposal, undefined, 2));
  else if (out === undefined) output.out(proposal.yaml.trimEnd());
  for (const line of summary(proposal, out)) output.err(line);
  return 0;
}

function propose(file: string, id: string | undefined, output: Output): ContractProposal | undefined {
  try {
    return proposeContract(file, { id });
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    output.err(error.message);
    return undefined;
  }
}

function summary(proposal: ContractProposal, out: string | undefined): string[] {
  const { dataSet, findings, notes, encoding, rows, complete } = proposal;
  return [
    `${dataSet.id}: ${dataSet.columns.length} columns from ${complete ? "all" : "the first"} ${rows} rows, ${encoding}, ` +
      `primary key ${dataSet.primaryKey.join(", ")}`,
    ...findings.map(
      ({ column, kind, score, treatment, why }) =>
        `  personal  ${column}: ${kind} (${score}), ${treatment}: ${why}`,
    ),
    ...notes.map((note) => `  note      ${note}`),
    out === undefined
      ? "Nothing was written: give --out FILE, then review it."
      : `Written to ${out}: review it before use.`,
  ];
}
