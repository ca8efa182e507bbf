/**
 * What goes into the offline archive: the one list. What these programs import comes along by itself, packages too; a
 * file that is read while they run has its line here. `content.ts` refuses to build when a line's file is missing, and
 * when data lies beside the program's code that no line names.
 */

/**
 * Modules that the archive's commands load by name: `cli/main.ts` loads a command's code when it runs. Paths are
 * relative to the checkout, and the same in the archive.
 */
export const PROGRAMS: readonly string[] = [
  "cli/bundle/start.ts",
  "cli/ship.ts",
  "cli/key.ts",
  "cli/contract/lint.ts",
  "cli/contract/from-csv.ts",
  // A thread of its own, started by its path.
  "shipper/rewrite/worker.ts",
];

/** Files, and folders with all they hold, that go in as they are, at the same path. */
export const FILES: readonly string[] = [
  "LICENSE",
  "contracts",
  // Compiled, and what it was compiled from, which tells the program that it is up to date.
  "shipper/rewrite/assembly",
  "shipper/rewrite/dist/rewrite.wasm",
];

/** Third-party texts of files that come with no package: what it is, its licence, and the file with the text. */
export const NOTICES: readonly Notice[] = [
  {
    what: "Schema of the Open Data Contract Standard v3.1, Bitol (LF AI & Data)",
    licence: "Apache-2.0",
    // The same licence as Naru's own.
    text: "LICENSE",
  },
];

export interface Notice {
  readonly what: string;
  /** SPDX identifier. */
  readonly licence: string;
  /** File with the licence's text, relative to the checkout. */
  readonly text: string;
}
