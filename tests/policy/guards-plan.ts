/** What the good plan has for the rules that bound it: no way round, cost, tags, records. */
import type { RecordedResource } from "../../local/recorder/recorded-resource";
import * as type from "../../policies/model/types";
import { resource } from "./resource";

export function guards(): RecordedResource[] {
  return [
    // What has no type of its own in @pulumi/aws.
    resource(type.CLOUD_CONTROL_RESOURCE, "recipe", {
      typeName: "AWS::DataBrew::Recipe",
      desiredState: "{}",
    }),
  ];
}
