/** Reads a preparation from a file: YAML or JSON, or a recipe as DataBrew's console exports it, beside the rest. */
import { readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { parse } from "yaml";
import { z } from "zod";
import { ArgumentError } from "../../arguments";
import type { Preparation } from "./preparation";
import type { RecipeStep } from "./steps";

const text = z.string().min(1);
const columns = z.array(text).optional();

/** The form; what the words mean is checked by the component, against its lake. */
const schema = z.strictObject({
  name: text,
  input: z.union(
    [
      z.strictObject({ dataSet: text }),
      z.strictObject({ zone: text, folder: text, format: text, columns }),
      z.strictObject({ database: text, table: text, folder: text, columns }),
      z.strictObject({
        connection: text,
        table: text.optional(),
        query: text.optional(),
        secretArn: text,
        // Left out, the component says what it stands for.
        personalData: text.optional(),
        columns,
      }),
    ],
    {
      error:
        "must say dataSet; or zone, folder and format; or database, table and folder; or connection, table, secretArn and personalData",
    },
  ),
  steps: z.union([z.array(z.looseObject({})), text], {
    error: "must be a list of steps, or the file of a recipe that DataBrew exported",
  }),
  output: text,
  partitionBy: z.array(text).optional(),
  schedule: text.nullable().optional(),
  profileRows: z.number().optional(),
  project: z.boolean().optional(),
  sampleRows: z.number().optional(),
  maxNodes: z.number().optional(),
  timeoutMinutes: z.number().optional(),
  retries: z.number().optional(),
});

const exported = z.array(
  z.looseObject({
    Action: z.strictObject({ Operation: text, Parameters: z.record(z.string(), z.string()).optional() }),
    ConditionExpressions: z
      .array(z.strictObject({ Condition: text, TargetColumn: text, Value: z.string().optional() }))
      .optional(),
  }),
  { error: "must be a list of { Action: { Operation, Parameters } }, as DataBrew exports recipes" },
);

/**
 * A preparation as its file says it. `steps` may name another file beside it: a recipe that DataBrew exported.
 *
 * @throws ArgumentError naming the file and every key whose form is wrong.
 */
export function readPreparation(file: string): Preparation {
  const read = schema.safeParse(parsed(file, file));
  if (!read.success) throw new ArgumentError("preparation", file, problemsOf("", read.error));
  const { steps, ...rest } = read.data;
  const own = typeof steps === "string" ? exportedSteps(file, steps) : (steps as unknown as RecipeStep[]);
  return { ...rest, steps: own } as Preparation;
}

function exportedSteps(file: string, recipe: string): RecipeStep[] {
  const read = exported.safeParse(parsed(file, resolve(dirname(file), recipe)));
  if (!read.success)
    throw new ArgumentError("preparation", file, problemsOf(`steps (${recipe})`, read.error));
  return read.data.map(({ Action, ConditionExpressions = [] }) => ({
    operation: Action.Operation,
    parameters: Action.Parameters ?? {},
    conditions: ConditionExpressions.map(({ Condition, TargetColumn, Value }) => ({
      condition: Condition,
      column: TargetColumn,
      ...(Value !== undefined && { value: Value }),
    })),
  }));
}

function parsed(file: string, path: string): unknown {
  try {
    return parse(readFileSync(path, "utf8"));
  } catch (error) {
    const [what] = (error as Error).message.split("\n");
    throw new ArgumentError("preparation", file, [
      `${path}: can't be read as YAML or JSON (${what}); mend the file`,
    ]);
  }
}

function problemsOf(within: string, { issues }: z.ZodError): string[] {
  return issues.map(({ path, message }) => {
    const key = [within, ...path.map(String)].filter((part) => part !== "").join(".");
    return `${key === "" ? "the file" : key}: ${message}`;
  });
}
