import { requiredTags, TAGGED } from "../cost/required-tags";
import { read, readObject } from "../model/reading";
import type { Remedy } from "../model/remedy";

const STACK = "naru:stack";

/** The only required tag that a URN tells: who answers for a resource, a person says. */
export const stackTag: Remedy = {
  name: "remedy-stack-tag",
  rule: requiredTags.name,
  types: TAGGED,
  description: `Tags what costs or holds data with its project and stack (${STACK}).`,
  apply(inputs, urn) {
    const [, stack, project] = /^urn:pulumi:([^:]+)::([^:]+)::/.exec(urn) ?? [];
    if (stack === undefined || project === undefined) return false;
    if (["tags", "tagsAll"].some((tags) => read(inputs, [tags, STACK]).state === "known")) return false;
    const tags = readObject(inputs, ["tags"]);
    if (tags.state === "absent") inputs.tags = { [STACK]: `${project}-${stack}` };
    else if (tags.state === "known" && read(inputs, ["tags", STACK]).state === "absent")
      tags.value[STACK] = `${project}-${stack}`;
    else return false;
    return true;
  },
};
