/** `naru query`: what is saved for analysts, and one of it run, as the analyst. */
import { AthenaWorkgroup } from "../../local/pipeline/athena";
import { type Output, processOutput } from "../contract/output";
import { plural } from "../plural";
import { type Analyst, findAnalyst } from "./analyst";
import { type Saved, savedIn } from "./saved";

export interface QueryOptions {
  /** Of a saved query or prepared statement. Without: they are listed. */
  readonly name?: string;
  /** Values of a prepared statement, in its order. They are passed as strings, whatever stands in them. */
  readonly values: readonly string[];
  readonly stack: string;
  /** Print the rows, or the list, as JSON. @default false */
  readonly json?: boolean;
  readonly output?: Output;
  /** Who asks. @default the stack's analyst role */
  readonly analyst?: (stack: string) => Promise<Analyst>;
}

/** @returns 0 when it ran, 1 when Athena refused it, 2 for a name or values that don't fit. */
export async function query(options: QueryOptions): Promise<number> {
  const { name, values, json = false, output = processOutput, analyst: find = findAnalyst } = options;
  const { athena, workgroup } = await find(options.stack);
  const all = await savedIn(athena, workgroup);
  if (name === undefined) {
    if (json) output.out(JSON.stringify(all));
    else all.forEach((each) => output.out(`${each.name}\t${each.description}`));
    return 0;
  }
  const saved = all.find((each) => each.name === name);
  const problem = problemOf(name, saved, values, all);
  if (problem !== undefined || saved === undefined) {
    output.err(`naru query: ${problem}`);
    return 2;
  }
  const asked = new AthenaWorkgroup(athena, workgroup);
  try {
    const { columns, rows } = saved.prepared
      ? await asked.query(`EXECUTE ${name}`, values.map(literal))
      : await asked.query(saved.sql);
    const names = columns.map((column) => column.name);
    if (json) {
      output.out(
        JSON.stringify(rows.map((row) => Object.fromEntries(row.map((cell, at) => [names[at]!, cell])))),
      );
    } else {
      [names, ...rows].forEach((row) => output.out(row.map((cell) => cell ?? "").join("\t")));
    }
    return 0;
  } catch (error) {
    output.err(`naru query: ${(error as Error).message}`);
    return 1;
  }
}

function problemOf(
  name: string,
  saved: Saved | undefined,
  values: readonly string[],
  all: readonly Saved[],
): string | undefined {
  if (saved === undefined) {
    return `nothing is saved as ${name}; there are ${all.map((each) => each.name).join(", ")}`;
  }
  const wanted = saved.prepared ? saved.sql.split("?").length - 1 : 0;
  if (values.length === wanted) return undefined;
  return `${name} takes ${plural(wanted, "value")}, not ${values.length}: ${saved.description}`;
}

/** A SQL string: a quote in it is doubled, so that nothing leaves it. */
function literal(value: string): string {
  return `'${value.replaceAll("'", "''")}'`;
}
