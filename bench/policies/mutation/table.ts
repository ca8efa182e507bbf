/** The table that says of each (type, path, mutation) which rule is meant for it, or why none is. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { z } from "zod";
import { ROOT } from "../../../local/paths";
import { RULES } from "../../../policies/rules";
import type { Mutant } from "./mutant";

/** Folder of the table: one file a kind of service. */
export const TABLE_FOLDER = join(ROOT, "tests", "policy", "mutations");

const list = z.union([z.string(), z.array(z.string())]).transform((each) => [each].flat());

const ROW = z
  .strictObject({
    /** Paths; `*` stands for any run of characters, and no path for the resource itself. */
    path: list.default(["*"]),
    /** @default every mutation */
    mutations: list.optional(),
    /** Names of resources in the program, by `*`. @default all */
    of: list.optional(),
    /** Stacks, by name. @default all */
    stacks: list.optional(),
    /** The rule that is meant for it. */
    rule: z.enum(RULES.map(({ name }) => name) as [string, ...string[]]).optional(),
    /** Why it is of no relevance to security. */
    irrelevant: z.string().min(20).optional(),
    /** Why no rule catches what is of relevance. */
    gap: z.string().min(20).optional(),
  })
  .refine(
    ({ rule, irrelevant, gap }) => [rule, irrelevant, gap].filter((each) => each !== undefined).length === 1,
    "say one of rule, irrelevant and gap",
  );

/** Types to rows; the first row that fits a mutant holds. */
const FILE = z.record(z.string(), z.array(ROW));

export type Row = z.infer<typeof ROW>;

/** A row, and where it stands. */
export interface Entry extends Row {
  readonly place: string;
  readonly isOf: (type: string) => boolean;
  /** Whether it holds for a mutant of its types. */
  readonly fits: (mutant: Mutant) => boolean;
}

/** @throws Error with everything that is wrong in the files. */
export function readTable(folder = TABLE_FOLDER): Table {
  const entries = readdirSync(folder)
    .filter((file) => file.endsWith(".yaml"))
    .sort()
    .flatMap((file) => {
      const parsed = FILE.safeParse(parse(readFileSync(join(folder, file), "utf8")));
      if (!parsed.success) throw new Error(`${file}:\n${z.prettifyError(parsed.error)}`);
      return Object.entries(parsed.data).flatMap(([types, rows]) =>
        rows.map((row, at) => ({ types, row, place: `${file}: ${types} ${at + 1}` })),
      );
    });
  return new Table(
    entries.map(({ types, row, place }) => ({
      ...{ ...row, place },
      ...{ isOf: anyOf(types.split(/,\s*/)), fits: fitting(row) },
    })),
  );
}

export class Table {
  private readonly byType = new Map<string, readonly Entry[]>();

  constructor(readonly entries: readonly Entry[]) {}

  /** What holds for a mutant; undefined: nobody has thought of it. */
  entryFor(mutant: Mutant): Entry | undefined {
    const { type } = mutant;
    const ofType = this.byType.get(type) ?? this.entries.filter(({ isOf }) => isOf(type));
    this.byType.set(type, ofType);
    return ofType.find(({ fits }) => fits(mutant));
  }
}

function fitting({ path, mutations, of, stacks }: Row): (mutant: Mutant) => boolean {
  const isPath = anyOf(path);
  const isName = of === undefined ? () => true : anyOf(of);
  return (mutant) =>
    (mutations === undefined || mutations.includes(mutant.mutation)) &&
    isPath(mutant.path) &&
    isName(mutant.original.name) &&
    // A URN names its stack behind `urn:pulumi:`.
    (stacks === undefined || stacks.includes(mutant.original.urn.split(":")[2] ?? ""));
}

function anyOf(patterns: readonly string[]): (text: string) => boolean {
  const expressions = patterns.map(
    (pattern) => new RegExp(`^${pattern.replace(/[.+?^${}()|[\]\\]/g, "\\$&").replace(/\*/g, ".*")}$`, "s"),
  );
  return (text) => expressions.some((each) => each.test(text));
}
