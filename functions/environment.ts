/** What the stack gives a function: environment variables, and `contracts.json` beside the bundle. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { FunctionSpec } from "../components/contract/function-spec";
import type { Webhook } from "../components/webhook";
import { ValueFreeError } from "./reason";

/** A function that the stack set up wrongly. */
export class ConfigurationError extends ValueFreeError {}

/**
 * Reads `contracts.json` (an array of specs) from the function's folder, keyed by data set id.
 * @throws ConfigurationError when the file is missing or not JSON.
 */
export function readSpecs(folder: string): ReadonlyMap<string, FunctionSpec> {
  return new Map(readPacked<FunctionSpec>(join(folder, "contracts.json")).map((spec) => [spec.id, spec]));
}

/**
 * Reads `webhooks.json` (an array) from the collector's folder.
 * @throws ConfigurationError when the file is missing or not JSON.
 */
export function readWebhooks(folder: string): readonly Webhook[] {
  return readPacked<Webhook>(join(folder, "webhooks.json"));
}

function readPacked<T>(file: string): readonly T[] {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as T[];
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
