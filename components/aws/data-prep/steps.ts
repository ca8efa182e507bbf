/** The steps of a recipe: the typed ones, and DataBrew's own for the rest. */

/** Kinds of join, as DataBrew has them. */
export const JOIN_TYPES = ["inner", "left", "right", "outer"] as const;

/** Types that a column can be given (DataBrew Developer Guide, FILL_WITH_CUSTOM). */
export const COLUMN_TYPES = ["string", "number", "boolean", "date", "timestamp"] as const;

/** Columns of another table of the lake beside the row's own. */
export interface JoinStep {
  readonly action: "join";
  /** Data set of the lake whose curated table is joined, e.g. `music.artists`. */
  readonly dataSet: string;
  /** Column here to its column there. */
  readonly on: Readonly<Record<string, string>>;
  /** Columns taken from there. */
  readonly columns: readonly string[];
  /** @default "left" */
  readonly type?: (typeof JOIN_TYPES)[number];
}

/** A step in DataBrew's own words, as its console exports recipes. */
export interface NativeStep {
  readonly operation: string;
  /** Texts only: lists and objects are JSON in a text. @default {} */
  readonly parameters?: Readonly<Record<string, string>>;
  /** Rows that the step is for; all must hold. @default [] */
  readonly conditions?: readonly StepCondition[];
}

export interface StepCondition {
  readonly condition: string;
  readonly column: string;
  readonly value?: string;
}

/** One step of a recipe; a column is named as it is called at that step. */
export type RecipeStep =
  | JoinStep
  | { readonly action: "rename" | "duplicate"; readonly column: string; readonly to: string }
  | { readonly action: "delete"; readonly column: string }
  | { readonly action: "remove-missing" | "remove-duplicates"; readonly column: string }
  | { readonly action: "trim" | "lower-case" | "upper-case" | "capital-case"; readonly column: string }
  | { readonly action: "remove-duplicate-rows" }
  | { readonly action: "change-type"; readonly column: string; readonly type: (typeof COLUMN_TYPES)[number] }
  | {
      readonly action: "fill-missing";
      readonly column: string;
      readonly value: string;
      readonly type: (typeof COLUMN_TYPES)[number];
    }
  | {
      readonly action: "replace";
      readonly column: string;
      /** Regular expression of what is replaced. */
      readonly pattern: string;
      readonly value: string;
    }
  | NativeStep;

export type StepAction = Extract<RecipeStep, { action: string }>["action"];

/** Words that each typed step needs beside its action. */
export const STEP_WORDS: Readonly<Record<StepAction, readonly string[]>> = {
  rename: ["column", "to"],
  duplicate: ["column", "to"],
  join: ["dataSet", "on", "columns"],
  delete: ["column"],
  "remove-missing": ["column"],
  "remove-duplicates": ["column"],
  trim: ["column"],
  "lower-case": ["column"],
  "upper-case": ["column"],
  "capital-case": ["column"],
  "remove-duplicate-rows": [],
  "change-type": ["column", "type"],
  "fill-missing": ["column", "value", "type"],
  replace: ["column", "pattern", "value"],
};

/** What a step in DataBrew's own words must say, and may say beside it. */
interface NativeAction {
  readonly needs: readonly string[];
  readonly takes?: readonly string[];
}

const OF_A_COLUMN: NativeAction = { needs: ["sourceColumn"] };
const INTO_A_COLUMN: NativeAction = { needs: ["sourceColumn", "targetColumn"] };
const TYPED: NativeAction = { needs: ["sourceColumn", "columnDataType"] };

/**
 * Actions that a recipe may hold in DataBrew's own words, with their parameters (DataBrew Developer Guide, "Recipe step and
 * function reference"). Steps that read a second table are left out: a typed join says which, so that roles can be cut to it.
 */
export const NATIVE_ACTIONS: Readonly<Record<string, NativeAction>> = {
  CAPITAL_CASE: OF_A_COLUMN,
  CHANGE_DATA_TYPE: TYPED,
  DELETE: OF_A_COLUMN,
  DELETE_DUPLICATE_ROWS: { needs: [] },
  DUPLICATE: INTO_A_COLUMN,
  EXTRACT_PATTERN: { needs: ["sourceColumn", "targetColumn", "pattern"] },
  FILL_WITH_CUSTOM: { needs: ["sourceColumn", "columnDataType", "value"] },
  FLAG_COLUMN_FROM_PATTERN: {
    needs: ["sourceColumn", "targetColumn", "flagType", "pattern"],
    takes: ["trueString", "falseString"],
  },
  FLAG_DUPLICATES_IN_COLUMN: { needs: ["sourceColumn", "targetColumn", "trueString", "falseString"] },
  FLAG_DUPLICATE_ROWS: { needs: ["targetColumn", "trueString", "falseString"] },
  LOWER_CASE: OF_A_COLUMN,
  REMOVE_COMBINED: {
    needs: ["sourceColumn"],
    takes: [
      "collapseConsecutiveWhitespace",
      "customCharacters",
      "customValue",
      "removeAllPunctuation",
      "removeAllQuotes",
      "removeAllWhitespace",
      "removeCustomCharacters",
      "removeCustomValue",
      "removeLeadingAndTrailingPunctuation",
      "removeLeadingAndTrailingQuotes",
      "removeLeadingAndTrailingWhitespace",
      "removeLetters",
      "removeNumbers",
      "removeSpecialCharacters",
    ],
  },
  REMOVE_DUPLICATES: OF_A_COLUMN,
  REMOVE_MISSING: OF_A_COLUMN,
  RENAME: INTO_A_COLUMN,
  REPLACE_TEXT: { needs: ["sourceColumn", "pattern", "value"] },
  REPLACE_WITH_CUSTOM: {
    needs: ["columnDataType", "value"],
    takes: ["sourceColumn", "sourceColumns", "advancedDataType"],
  },
  SENTENCE_CASE: OF_A_COLUMN,
  TRIM: { needs: ["targetColumn"], takes: ["sourceColumn", "value"] },
  UPPER_CASE: OF_A_COLUMN,
};
