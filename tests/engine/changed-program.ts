/** The program with other inputs than it has: what an edit of it would do. */
import * as pulumi from "@pulumi/pulumi";
import { ROOT } from "../../local/paths";
import { loadProgram, type Program } from "../../local/recorder/load-program";

/** By `type name` of a resource, its inputs that are changed; a function makes the new inputs of the old. */
export type Edits = Readonly<Record<string, Edit>>;
type Edit = (inputs: Readonly<Record<string, unknown>>) => Readonly<Record<string, unknown>>;

/** @throws Error at the program's end for an edit of a resource that it does not have. */
export function edited(edits: Edits): Program {
  const program = loadProgram(ROOT);
  return async () => {
    const left = new Set(Object.keys(edits));
    pulumi.runtime.registerStackTransformation(({ type, name, props, opts }) => {
      const resource = `${type} ${name}`;
      left.delete(resource);
      const inputs = props as Record<string, unknown>;
      return edits[resource] && { props: { ...inputs, ...edits[resource](inputs) }, opts };
    });
    const outputs = await program();
    if (left.size > 0) throw new Error(`the program has no ${[...left].join(", ")} to edit`);
    return outputs;
  };
}
