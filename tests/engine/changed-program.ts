/** The program with other inputs than it has: what an edit of it would do. */
import * as pulumi from "@pulumi/pulumi";
import { ROOT } from "../../local/paths";
import { loadProgram, type Program } from "../../local/recorder/load-program";

/** By type, an input and its new value. */
export type Edits = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/** Each edit is of one resource: the first of its type. */
export function edited(edits: Edits): Program {
  const program = loadProgram(ROOT);
  return async () => {
    const left = new Map(Object.entries(edits));
    pulumi.runtime.registerStackTransformation(({ type, props, opts }) => {
      const edit = left.get(type);
      left.delete(type);
      return edit === undefined ? undefined : { props: { ...props, ...edit }, opts };
    });
    return program();
  };
}
