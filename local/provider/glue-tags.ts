import { TagResourceCommand, UntagResourceCommand, type GlueClient } from "@aws-sdk/client-glue";
import type { Inputs } from "./resource-type";
import { changeTags } from "./told";

export async function changeGlueTags(
  glue: GlueClient,
  ResourceArn: string,
  state: Inputs,
  inputs: Inputs,
): Promise<void> {
  await changeTags(
    state,
    inputs,
    (TagsToAdd) => glue.send(new TagResourceCommand({ ResourceArn, TagsToAdd })),
    (TagsToRemove) => glue.send(new UntagResourceCommand({ ResourceArn, TagsToRemove })),
  );
}
