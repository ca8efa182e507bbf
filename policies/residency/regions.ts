/** Which regions the platform may stand in: one setting, asked the same way by every rule of residency. */
import { readString, type Path } from "../model/reading";
import { undecided, violation, type Finding, type Resource } from "../model/rule";
import { names, settingIn, type Configuration } from "../model/setting";
import { show } from "../model/expectation";

/** PIPA Art. 28-8 counts storage abroad as a transfer: Seoul alone, until a configuration names more. */
export const REGIONS = names("regions", "Regions in which the platform may stand.", ["ap-northeast-2"], 1);

/** Nothing when the region at `path` is one of the platform's, or the property is absent. */
export function checkRegion(
  resource: Resource,
  path: Path,
  allowed: readonly string[],
  fix: string,
): Finding[] {
  const region = readString(resource.props, path);
  if (region.state === "absent") return [];
  if (region.state === "unknown") return [undecided(resource, show(path), fix)];
  return region.state === "known" && allowed.includes(region.value)
    ? []
    : [violation(resource, `${show(path)} is none of the platform's regions.`, fix)];
}

/** Nothing when the ARN at `path` is of one of the platform's regions, of none (IAM, S3), or absent. */
export function checkArn(
  resource: Resource,
  path: Path,
  configuration: Configuration,
  fix: string,
): Finding[] {
  const arn = readString(resource.props, path);
  // An ARN that a preview does not know comes from a resource of the stack, or of a lookup in the provider's region.
  if (arn.state === "absent" || arn.state === "unknown") return [];
  const region = arn.state === "known" ? /^arn:[^:]*:[^:]*:([^:]*):/.exec(arn.value)?.[1] : undefined;
  if (region === "" || (region !== undefined && settingIn(configuration, REGIONS).includes(region)))
    return [];
  return [violation(resource, `${show(path)} names no ARN in the platform's regions.`, fix)];
}
