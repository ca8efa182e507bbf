/** A contract for a CSV file that nobody has described, for a person to edit. */
import { basename, extname } from "node:path";
import { type PersonalFinding, personalCandidates, PERSONAL_FROM } from "../detect";
import { parseContract } from "../load";
import type { CsvDelimiter, DataSet, IdentifierKind } from "../model";
import { ContractError } from "../problem";
import { CsvError } from "./csv-error";
import type { ContractFinding, ProposedColumn } from "./proposed-column";
import { type CsvEncoding, readCsvText } from "./decode";
import { asciiName, type NamedHeader, nameHeaders } from "./headers";
import { chooseKey } from "./key";
import { readTable } from "./table";
import { sniffType, typeAdvice } from "./types";
import { contractYaml } from "./yaml";

export interface ProposalOptions {
  /** `<domain>.<name>`. @default `files.` and the file's name in ASCII */
  readonly id?: string;
  /** Rows that are looked at. @default 10000 */
  readonly maxRows?: number;
}

export interface ContractProposal {
  /** Text of the contract file, with the reasons as comments. */
  readonly yaml: string;
  /** The same, read by the loader. */
  readonly dataSet: DataSet;
  readonly findings: readonly ContractFinding[];
  readonly encoding: CsvEncoding;
  readonly delimiter: CsvDelimiter;
  /** Rows looked at. */
  readonly rows: number;
  /** Those are all rows of the file. */
  readonly complete: boolean;
  /** What a person should know beside the findings: renamed headers, types that could be better. */
  readonly notes: readonly string[];
}

const DEFAULT_MAX_ROWS = 10_000;
const DATA_SET_ID = /^[a-z][a-z0-9_]{0,63}\.[a-z][a-z0-9_]{0,63}$/;

/** What makes a column called only "name" a person's: the table says more about people. */
const ABOUT_PEOPLE: readonly IdentifierKind[] = [
  "resident-number",
  "phone",
  "email",
  "birth-date",
  "student-id",
  "user-id",
];

/** @throws CsvError when the file cannot be read as CSV, or the id is malformed. */
export function proposeContract(path: string, options: ProposalOptions = {}): ContractProposal {
  const id = options.id ?? `files.${asciiName(basename(path, extname(path))) ?? "upload"}`;
  if (!DATA_SET_ID.test(id)) {
    throw new CsvError(
      path,
      `cannot be called "${id}"`,
      "give an id of the form domain.name in ASCII lower snake case",
    );
  }
  const source = readCsvText(path);
  const { headers, rows, delimiter, complete } = readTable(path, source, options.maxRows ?? DEFAULT_MAX_ROWS);
  const values = headers.map((_, index) => rows.map((row) => row[index]));
  const columns = proposeColumns(nameHeaders(headers), values);
  if (columns.every(({ finding }) => finding?.treatment === "drop")) {
    throw new CsvError(
      path,
      "holds nothing but personal columns that would be dropped",
      "add a column that may leave the closed zone, such as a number of the row's own",
    );
  }
  const key = chooseKey(columns, values);
  const yaml = contractYaml({
    id,
    file: basename(path),
    delimiter,
    columns,
    primaryKey: key.columns,
    rowBytes: Math.max(1, Math.ceil(averageBytes(rows))),
    rows: rows.length,
    complete,
  });
  const { dataSets, problems } = parseContract(yaml, `${id}.odcs.yaml`);
  if (problems.length > 0) throw new ContractError(problems);
  return {
    yaml,
    dataSet: dataSets[0],
    findings: columns.flatMap(({ finding }) => finding ?? []),
    encoding: source.encoding,
    delimiter,
    rows: rows.length,
    complete,
    notes: [...headerNotes(columns), ...typeNotes(columns, values), ...key.notes],
  };
}

function proposeColumns(
  headers: readonly NamedHeader[],
  values: readonly (readonly string[])[],
): ProposedColumn[] {
  const candidates = headers.map(
    ({ name, businessName }, index) => personalCandidates([businessName, name], values[index])[0],
  );
  const aboutPeople = candidates.some(
    (candidate) =>
      candidate !== undefined && candidate.score >= PERSONAL_FROM && ABOUT_PEOPLE.includes(candidate.kind),
  );
  return headers.map((header, index) => {
    const finding = inContext(candidates[index], aboutPeople);
    if (finding === undefined) return { ...header, type: sniffType(header.name, values[index]) };
    return { ...header, type: "string", finding: { column: header.name, ...finding } };
  });
}

function inContext(
  candidate: PersonalFinding | undefined,
  aboutPeople: boolean,
): PersonalFinding | undefined {
  if (candidate === undefined || candidate.score >= PERSONAL_FROM) return candidate;
  if (candidate.kind !== "person-name" || !aboutPeople) return undefined;
  return {
    ...candidate,
    score: Math.max(PERSONAL_FROM, Math.round((candidate.score + 0.2) * 100) / 100),
    why: `${candidate.why}; other columns of the file identify people`,
  };
}

function headerNotes(columns: readonly ProposedColumn[]): string[] {
  return columns
    .filter(({ source, businessName }) => source !== businessName)
    .map(({ source, name }) =>
      source.startsWith("#")
        ? `column ${source.slice(1)} has no header and is called ${name}`
        : `the header of ${name} stands more than once; the contract calls it ${source}`,
    );
}

function typeNotes(columns: readonly ProposedColumn[], values: readonly (readonly string[])[]): string[] {
  return columns.flatMap(({ name, type, finding }, index) => {
    if (finding !== undefined || type !== "string") return [];
    const advice = typeAdvice(values[index]);
    return advice === undefined ? [] : [`${name}: ${advice}`];
  });
}

function averageBytes(rows: readonly (readonly string[])[]): number {
  if (rows.length === 0) return 1;
  const bytes = rows.reduce((sum, row) => sum + Buffer.byteLength(row.join(",")) + 1, 0);
  return bytes / rows.length;
}
