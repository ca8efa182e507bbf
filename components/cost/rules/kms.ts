/** KMS. */
import { idle, type CostPart } from "../part";
import { inputAt, type PlannedResource } from "../planned-resource";

export function key(resource: PlannedResource): CostPart[] {
  const part = idle("key", 1, "kms-key");
  return [inputAt(resource, "enableKeyRotation") === true ? { ...part, assumes: ["keyVersions"] } : part];
}
