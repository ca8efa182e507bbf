/** What one stack reads of another: a split of the platform over two programs. */
import * as pulumi from "@pulumi/pulumi";
import { ToldError } from "./told-error";

/**
 * Outputs of another stack, each by its name; secrets stay secrets.
 *
 * @param stack as Pulumi names it: `<organization>/<project>/<stack>`; `organization` where the backend is a bucket or a folder.
 * @throws Error that names every output that is missing, when the program runs.
 */
export function stackOutputs<Name extends string>(
  stack: string,
  names: readonly Name[],
): Record<Name, pulumi.Output<unknown>> {
  const reference = new pulumi.StackReference(stack);
  const checked = reference.outputs.apply((outputs) => checkOutputs(stack, names, outputs));
  const read = names.map((name) => [
    name,
    // Not by requireOutput, which would tell the first missing one and nothing to do about it.
    pulumi.all([checked, reference.getOutput(name)]).apply(([, value]) => value as unknown),
  ]);
  return Object.fromEntries(read) as Record<Name, pulumi.Output<unknown>>;
}

/** @throws Error that names every output that is missing, those that there are, and what to do. */
export function checkOutputs(
  stack: string,
  names: readonly string[],
  outputs: Readonly<Record<string, unknown>>,
): void {
  const missing = names.filter((name) => outputs[name] === undefined);
  if (missing.length === 0) return;
  throw new ToldError(
    `The stack ${stack} has no output ${missing.join(", ")}. ` +
      `It has ${Object.keys(outputs).sort().join(", ") || "none"}. Export what is missing there, and update it first: pulumi up`,
  );
}
