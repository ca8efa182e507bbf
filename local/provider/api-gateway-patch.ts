import type { PatchOperation } from "@aws-sdk/client-api-gateway";
import type { Inputs } from "./resource-type";

/** Changes of simple inputs, each a replacement at the path of its name. */
export function replaced(state: Inputs, inputs: Inputs, ...names: readonly string[]): PatchOperation[] {
  return names
    .filter((name) => state[name] !== inputs[name])
    .map((name) => ({ op: "replace", path: `/${name}`, value: asKept(inputs[name]) }));
}

/** The emulator keeps a value as it comes, where API Gateway reads a text: the word `false` would be as good as true. */
function asKept(value: unknown): string {
  return typeof value === "boolean" ? (value as never) : String(value ?? "");
}
