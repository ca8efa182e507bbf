/** A recipe's steps as DataBrew takes them, and what is wrong with them: columns are followed from step to step. */
import type { ArgumentProblem } from "../../arguments";
import { storedColumns, type DataSet } from "../../contract/model";
import {
  COLUMN_TYPES,
  JOIN_TYPES,
  NATIVE_ACTIONS,
  STEP_WORDS,
  type JoinStep,
  type NativeStep,
  type RecipeStep,
  type StepAction,
} from "./steps";

/** A step in the words of DataBrew's API. */
export interface DataBrewStep {
  readonly Action: { readonly Operation: string; readonly Parameters?: Readonly<Record<string, string>> };
  readonly ConditionExpressions?: readonly {
    readonly Condition: string;
    readonly TargetColumn: string;
    readonly Value?: string;
  }[];
}

export interface Recipe {
  readonly steps: readonly DataBrewStep[];
  /** Columns of the result; undefined when a step in DataBrew's own words made them uncertain. */
  readonly columns: readonly string[] | undefined;
  readonly problems: readonly ArgumentProblem[];
}

/** What a recipe stands on. */
export interface RecipeGround {
  /** Columns of the input; undefined: not known. */
  readonly columns: readonly string[] | undefined;
  readonly contracts: readonly DataSet[];
  /** Name of a joined data set in DataBrew, and the address of its files. */
  secondary(dataSet: DataSet): { readonly name: string; readonly location: string };
}

/** The partition is in the files' path, and DataBrew makes a column of it. */
export const PARTITION_COLUMN = "dt";

/** Columns of a curated table, the partition among them. */
export function tableColumns(dataSet: DataSet): string[] {
  return [...storedColumns(dataSet).map(({ name }) => name), PARTITION_COLUMN];
}

/** @param argument name of the list of steps, for problems. */
export function buildRecipe(argument: string, steps: readonly RecipeStep[], ground: RecipeGround): Recipe {
  const built: DataBrewStep[] = [];
  const problems: ArgumentProblem[] = [];
  let columns = ground.columns;
  steps.forEach((step, at) => {
    const name = `${argument}[${at}]`;
    const wrong = "action" in step ? formProblems(name, step) : nativeProblems(name, step);
    if (wrong.length > 0) {
      problems.push(...wrong);
      return;
    }
    const known = new Columns(name, columns, problems);
    built.push("action" in step ? typed(step, known, ground) : native(step, known));
    columns = known.now;
  });
  return { steps: built, columns, problems };
}

/** The columns at one step: what it names must be there, and what it makes must not. */
class Columns {
  constructor(
    private readonly step: string,
    public now: readonly string[] | undefined,
    private readonly problems: ArgumentProblem[],
  ) {}

  need(word: string, column: string): void {
    if (this.now === undefined || this.now.includes(column)) return;
    this.problems.push(
      `${this.step}.${word}: is "${column}", which the table has not at this step; write one of ${this.now.join(", ")}`,
    );
  }

  add(word: string, column: string): void {
    if (this.now?.includes(column)) {
      this.problems.push(
        `${this.step}.${word}: is "${column}", which the table has already; write another name`,
      );
    }
    this.now = this.now && [...new Set([...this.now, column])];
  }

  remove(column: string): void {
    this.now = this.now?.filter((each) => each !== column);
  }

  wrong(problem: string): void {
    this.problems.push(`${this.step}.${problem}`);
  }
}

type TypedStep = Exclude<RecipeStep, NativeStep>;

function typed(step: TypedStep, columns: Columns, ground: RecipeGround): DataBrewStep {
  switch (step.action) {
    case "rename":
      columns.need("column", step.column);
      columns.add("to", step.to);
      columns.remove(step.column);
      return action("RENAME", { sourceColumn: step.column, targetColumn: step.to });
    case "duplicate":
      columns.need("column", step.column);
      columns.add("to", step.to);
      return action("DUPLICATE", { sourceColumn: step.column, targetColumn: step.to });
    case "delete":
      columns.need("column", step.column);
      columns.remove(step.column);
      return action("DELETE", { sourceColumn: step.column });
    case "join":
      return join(step, columns, ground);
    case "remove-duplicate-rows":
      return action("DELETE_DUPLICATE_ROWS");
    default:
      columns.need("column", step.column);
      return ofColumn(step);
  }
}

type ColumnStep = Exclude<
  TypedStep,
  JoinStep | { readonly action: "rename" | "duplicate" | "delete" | "remove-duplicate-rows" }
>;

function ofColumn(step: ColumnStep): DataBrewStep {
  const sourceColumn = step.column;
  switch (step.action) {
    case "trim":
      return action("REMOVE_COMBINED", { sourceColumn, removeLeadingAndTrailingWhitespace: "true" });
    case "lower-case":
      return action("LOWER_CASE", { sourceColumn });
    case "upper-case":
      return action("UPPER_CASE", { sourceColumn });
    case "capital-case":
      return action("CAPITAL_CASE", { sourceColumn });
    case "remove-missing":
      return action("REMOVE_MISSING", { sourceColumn });
    case "remove-duplicates":
      return action("REMOVE_DUPLICATES", { sourceColumn });
    case "change-type":
      return action("CHANGE_DATA_TYPE", { sourceColumn, columnDataType: step.type });
    case "fill-missing":
      return action("FILL_WITH_CUSTOM", { sourceColumn, columnDataType: step.type, value: step.value });
    case "replace":
      return action("REPLACE_TEXT", { sourceColumn, pattern: step.pattern, value: step.value });
  }
}

/** DataBrew wants both sides' columns listed, so the columns so far must be known. */
function join(step: JoinStep, columns: Columns, { contracts, secondary }: RecipeGround): DataBrewStep {
  const dataSet = contracts.find(({ id }) => id === step.dataSet);
  if (dataSet === undefined) {
    columns.wrong(
      `dataSet: is "${step.dataSet}", which the lake has not; write one of ${contracts.map(({ id }) => id).join(", ")}`,
    );
    return action("JOIN");
  }
  const left = columns.now;
  if (left === undefined) {
    columns.wrong("action: is join, where the columns are not known; give the input its columns");
    return action("JOIN");
  }
  const there = tableColumns(dataSet);
  const taken = [...new Set([...Object.values(step.on), ...step.columns])];
  for (const here of Object.keys(step.on)) columns.need("on", here);
  for (const column of taken.filter((each) => !there.includes(each))) {
    columns.wrong(
      `columns: names "${column}", which ${dataSet.id} has not; write one of ${there.join(", ")}`,
    );
  }
  for (const column of step.columns) columns.add("columns", column);
  const { name, location } = secondary(dataSet);
  return action("JOIN", {
    joinKeys: JSON.stringify(Object.entries(step.on).map(([key, value]) => ({ key, value }))),
    joinType: `${(step.type ?? "left").toUpperCase()}_JOIN`,
    leftColumns: JSON.stringify(left),
    rightColumns: JSON.stringify(taken),
    secondInputLocation: location,
    secondaryDatasetName: name,
  });
}

function native({ operation, parameters = {}, conditions = [] }: NativeStep, columns: Columns): DataBrewStep {
  const { sourceColumn, targetColumn } = parameters;
  if (sourceColumn !== undefined) columns.need("parameters.sourceColumn", sourceColumn);
  if (targetColumn !== undefined) columns.add("parameters.targetColumn", targetColumn);
  if (sourceColumn !== undefined && ["RENAME", "DELETE"].includes(operation)) columns.remove(sourceColumn);
  for (const { column } of conditions) columns.need("conditions", column);
  return {
    ...action(operation, parameters),
    ...(conditions.length > 0 && {
      ConditionExpressions: conditions.map(({ condition, column, value }) => ({
        Condition: condition,
        TargetColumn: column,
        ...(value !== undefined && { Value: value }),
      })),
    }),
  };
}

function action(Operation: string, Parameters: Readonly<Record<string, string>> = {}): DataBrewStep {
  return { Action: { Operation, ...(Object.keys(Parameters).length > 0 && { Parameters }) } };
}

/** Steps come from files too, so that nothing of their form is taken for granted. */
function formProblems(name: string, step: TypedStep): ArgumentProblem[] {
  const needed: readonly string[] | undefined = STEP_WORDS[step.action as StepAction];
  if (needed === undefined) {
    return [`${name}.action: is "${step.action}"; write one of ${Object.keys(STEP_WORDS).join(", ")}`];
  }
  const said = Object.keys(step);
  const allowed = ["action", ...needed, ...(step.action === "join" ? ["type"] : [])];
  const types: readonly string[] = step.action === "join" ? JOIN_TYPES : COLUMN_TYPES;
  const type = "type" in step ? step.type : undefined;
  return [
    ...needed
      .filter((word) => !said.includes(word))
      .map((word) => `${name}.${word}: is missing; a ${step.action} needs ${needed.join(", ")}`),
    ...said
      .filter((word) => !allowed.includes(word))
      .map((word) => `${name}.${word}: is not a word of ${step.action}; write ${allowed.join(", ")}`),
    ...(type !== undefined && !types.includes(type)
      ? [`${name}.type: is "${type}"; write one of ${types.join(", ")}`]
      : []),
  ];
}

function nativeProblems(name: string, { operation, parameters = {} }: NativeStep): ArgumentProblem[] {
  const known = NATIVE_ACTIONS[operation];
  if (known === undefined) {
    const fix = ["JOIN", "UNION"].includes(operation)
      ? "write a join as { action: join, … }, which says the table that is read"
      : `write one of ${Object.keys(NATIVE_ACTIONS).join(", ")}`;
    return [`${name}.operation: is "${operation}"; ${fix}`];
  }
  const allowed = [...known.needs, ...(known.takes ?? [])];
  return [
    ...known.needs
      .filter((parameter) => !(parameter in parameters))
      .map((parameter) => `${name}.parameters.${parameter}: is missing; ${operation} needs it`),
    ...Object.entries(parameters).flatMap(([parameter, value]) => {
      if (!allowed.includes(parameter)) {
        return [
          `${name}.parameters.${parameter}: ${operation} has no such parameter; write ${allowed.join(", ")}`,
        ];
      }
      return typeof value === "string" && value !== ""
        ? []
        : [`${name}.parameters.${parameter}: is no text; write lists and numbers as JSON in a text`];
    }),
  ];
}
