/** What the stack gives a function: environment variables, and `contracts.json` beside the bundle. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { FunctionSpec } from "../components/contract/function-spec";
import { ValueFreeError } from "./reason";

/** A function that the stack set up wrongly. */
export class ConfigurationError extends ValueFreeError {}

/**
 * Reads `contracts.json` (an array of specs) from the function's folder, keyed by data set id.
 * @throws ConfigurationError when the file is missing or not JSON.
 */
export function readSpecs(folder: string): ReadonlyMap<string, FunctionSpec> {
  const file = join(folder, "contracts.json");
  try {
    const specs = JSON.parse(readFileSync(file, "utf8")) as FunctionSpec[];
    return new Map(specs.map((spec) => [spec.id, spec]));
  } catch {
    throw new ConfigurationError(`${file}: can't be read as JSON; the stack packs it beside index.js`);
  }
}

/** @throws ConfigurationError when the variable is missing or empty, naming it. */
export function requiredVariable(name: string): string {
  const value = process.env[name];
  if (value === undefined || value === "") {
    throw new ConfigurationError(`environment variable ${name} is not set; the stack sets it`);
  }
  return value;
}
