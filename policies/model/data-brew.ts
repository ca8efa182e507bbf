/** Jobs of DataBrew, which has no resource of its own in @pulumi/aws: they stand in templates, or in Cloud Control's state. */
import { knownString, readString } from "./reading";
import type { Resource } from "./rule";
import { CLOUD_CONTROL_RESOURCE, CLOUDFORMATION_STACK } from "./types";

const JOB = "AWS::DataBrew::Job";

/** Types of Pulumi that may hold a job. */
export const DATA_BREW_HOLDERS: readonly string[] = [CLOUDFORMATION_STACK, CLOUD_CONTROL_RESOURCE];

/** One job: its place, for findings, and its properties as CloudFormation names them. */
export interface DataBrewJob {
  readonly place: string;
  readonly properties: Readonly<Record<string, unknown>>;
}

/** Every job that a resource holds, or the property that keeps them from being read. */
export type DataBrewJobs =
  | { readonly state: "known"; readonly jobs: readonly DataBrewJob[] }
  | { readonly state: "unknown"; readonly property: string };

/** Of a resource of {@link DATA_BREW_HOLDERS}; whatever holds no job of DataBrew holds none. */
export function dataBrewJobs(resource: Resource): DataBrewJobs {
  return resource.type === CLOUDFORMATION_STACK ? ofTemplate(resource) : ofCloudControl(resource);
}

const NONE: DataBrewJobs = { state: "known", jobs: [] };

function ofTemplate({ props }: Resource): DataBrewJobs {
  const body = readString(props, ["templateBody"]);
  if (body.state === "unknown") return { state: "unknown", property: "templateBody" };
  if (body.state !== "known") {
    return "templateUrl" in props ? { state: "unknown", property: "templateUrl" } : NONE;
  }
  if (!body.value.includes(JOB)) return NONE;
  const resources = objectAt(json(body.value), "Resources");
  // A template in YAML: to read its tags takes a parser of CloudFormation's own.
  if (resources === undefined) return { state: "unknown", property: "templateBody (no JSON)" };
  return {
    state: "known",
    jobs: Object.entries(resources).flatMap(([name, value]) =>
      isObject(value) && value.Type === JOB
        ? [{ place: `templateBody.Resources.${name}`, properties: objectAt(value, "Properties") ?? {} }]
        : [],
    ),
  };
}

function ofCloudControl({ props }: Resource): DataBrewJobs {
  if (knownString(props, ["typeName"]) !== JOB) return NONE;
  const state = readString(props, ["desiredState"]);
  if (state.state === "unknown") return { state: "unknown", property: "desiredState" };
  const properties = state.state === "known" ? json(state.value) : undefined;
  return {
    state: "known",
    jobs: [{ place: "desiredState", properties: isObject(properties) ? properties : {} }],
  };
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function objectAt(value: unknown, key: string): Record<string, unknown> | undefined {
  const found = isObject(value) ? value[key] : undefined;
  return isObject(found) ? found : undefined;
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
