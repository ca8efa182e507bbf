/** Other stacks' outputs, for a program that reads them: what was given, since no backend is asked. */
import type resourcePb from "@pulumi/pulumi/proto/resource_pb";

/** Type of a reference to another stack. */
export const STACK_REFERENCE = "pulumi:pulumi:StackReference";

/** Outputs by the stack's name as the program writes it, such as `organization/lake/dev`. */
export type StackOutputs = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/**
 * @returns what a reference knows of its stack.
 * @throws Error that names the stack and those that there are.
 */
export function referenced(
  request: resourcePb.ReadResourceRequest,
  given: StackOutputs,
): Record<string, unknown> {
  const { name } = (request.getProperties()?.toJavaScript() ?? {}) as { name?: string };
  const stack = name ?? request.getId();
  const outputs = given[stack];
  if (outputs === undefined) {
    const known = Object.keys(given);
    throw new Error(
      `The program reads the stack ${stack}, whose outputs were not given; ` +
        (known.length === 0 ? "there are none" : `there are those of ${known.join(", ")}`),
    );
  }
  return { name: stack, outputs, secretOutputNames: [] };
}
