/** What starts a program of Node.js for Pulumi's CLI: Pulumi's own language host where it is installed, else that of the tests. */
import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import { ROOT } from "../paths";

const OFFICIAL = "pulumi-language-nodejs";
const OF_THE_TESTS = join(ROOT, "tests", "engine", "language-host");

export interface LanguageHost {
  /** Folders that go before the PATH, so that the engine finds it. */
  readonly before: readonly string[];
  /** Which one it is, for a report. */
  readonly told: string;
}

/** @param path folders of the PATH. */
export function languageHostOn(path: string): LanguageHost {
  const official = programOn(path, OFFICIAL);
  return official === undefined
    ? { before: [OF_THE_TESTS], told: "the tests' own language host" }
    : { before: [], told: `Pulumi's own language host, ${official}` };
}

/** The first program of a name; undefined where no folder of the path has one that can be started. */
export function programOn(path: string, name: string): string | undefined {
  return path
    .split(delimiter)
    .map((folder) => join(folder, name))
    .find(isProgram);
}

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
