import { isObject } from "../model/data-brew";
import { covers } from "../model/policy-document";
import { readString } from "../model/reading";
import { naru } from "../model/references";
import {
  EVERY_TYPE,
  undecided,
  violation,
  type Finding,
  type Resource,
  type ResourceRule,
} from "../model/rule";
import { names, settingIn, type Configuration } from "../model/setting";
import { BUCKET, CLOUD_CONTROL_RESOURCE, CLOUDFORMATION_STACK } from "../model/types";

const OPAQUE = names(
  "opaqueTypes",
  "Types of CloudFormation that templates and Cloud Control may hold; * is any run of characters.",
  // Versions of recipes, which CloudFormation can't publish: a function of the stack does.
  ["AWS::DataBrew::*", "Custom::RecipeVersion"],
);
const PROGRAMS = names(
  "programTypes",
  "Types that run code or speak to another provider's interface of AWS, and may all the same; * is any run of characters.",
  [],
);

/** Types that say in words of their own, or in code, what the rules read in `aws:` types. */
const UNREAD: readonly string[] = [
  "aws-native:*",
  "awscc:*",
  "command:*",
  "pulumi-nodejs:dynamic*",
  "pulumi-python:dynamic*",
  "terraform:*",
  "aws:cloudformation/stackSet:StackSet",
  "aws:cloudformation/stackInstances:StackInstances",
  "aws:cloudformation/stackSetInstance:StackSetInstance",
];

/** Old names of types, which @pulumi/aws still makes: the same thing under a token that no rule is about. */
const TWINS: readonly RegExp[] = [/^aws:s3\/.*V2$/, /^aws:alb\//];

/** What a bucket can still say of itself, and the side-car says that the rules read. ACLs have a rule of their own. */
const INLINE: Readonly<Record<string, string>> = {
  lifecycleRules: "BucketLifecycleConfiguration",
  logging: "BucketLogging",
  objectLockConfiguration: "BucketObjectLockConfiguration",
  policy: "BucketPolicy",
  replicationConfiguration: "BucketReplicationConfig",
  serverSideEncryptionConfiguration: "BucketServerSideEncryptionConfiguration",
  versioning: "BucketVersioning",
  website: "BucketWebsiteConfiguration",
};

const FIX =
  "Use the type of @pulumi/aws that the rules read (`aws.s3.Bucket` with side-cars, `aws.lb`); where AWS has no such type, name " +
  "it under `opaqueTypes` or `programTypes` in the rule's settings, and review it by hand.";

/** No way round the pack: whatever is made is made by a type whose properties the rules read. */
export const readableTypes: ResourceRule = {
  name: "readable-types",
  group: "access",
  scope: "resource",
  severity: "high",
  description: "Nothing is made by types whose properties no rule reads.",
  framework: naru("no way round", "A change is judged by what it makes, whatever it is called"),
  remediation: FIX,
  url: "https://www.pulumi.com/registry/packages/aws/how-to-guides/7-0-migration/",
  types: EVERY_TYPE,
  settings: [OPAQUE, PROGRAMS],
  check(resource, configuration) {
    const { type } = resource;
    if (TWINS.some((each) => each.test(type)))
      return [violation(resource, "It is an old name of a type that the rules read.", FIX)];
    if (UNREAD.some((each) => covers(each, type)))
      return isAllowed(type, PROGRAMS, configuration)
        ? []
        : [violation(resource, "Its type is none that the rules read.", FIX)];
    if (type === CLOUD_CONTROL_RESOURCE) return checkCloudControl(resource, configuration);
    if (type === CLOUDFORMATION_STACK) return checkTemplate(resource, configuration);
    return type === BUCKET ? checkInline(resource) : [];
  },
};

function isAllowed(type: string, setting: typeof OPAQUE, configuration: Configuration): boolean {
  return settingIn(configuration, setting).some((each) => covers(each, type));
}

function checkCloudControl(resource: Resource, configuration: Configuration): Finding[] {
  const name = readString(resource.props, ["typeName"]);
  if (name.state === "unknown") return [undecided(resource, "typeName", FIX)];
  return name.state === "known" && isAllowed(name.value, OPAQUE, configuration)
    ? []
    : [violation(resource, "typeName is none of the types that Cloud Control may make.", FIX)];
}

function checkTemplate(resource: Resource, configuration: Configuration): Finding[] {
  const body = readString(resource.props, ["templateBody"]);
  if (body.state === "unknown") return [undecided(resource, "templateBody", FIX)];
  if (body.state !== "known")
    return [violation(resource, "Its template is elsewhere, where no rule reads it.", FIX)];
  const types = templateTypes(body.value);
  if (types === undefined)
    return [violation(resource, "templateBody is no JSON, so that no rule reads it.", FIX)];
  return types.every((type) => isAllowed(type, OPAQUE, configuration))
    ? []
    : [violation(resource, "templateBody holds a type that templates may not make.", FIX)];
}

/** Types of a template's resources; macros may add any, so a template with one is as good as unread. */
function templateTypes(text: string): string[] | undefined {
  try {
    const template: unknown = JSON.parse(text);
    if (!isObject(template) || "Transform" in template || !isObject(template.Resources)) return undefined;
    return Object.values(template.Resources).map((each) =>
      isObject(each) && typeof each.Type === "string" ? each.Type : "",
    );
  } catch {
    return undefined;
  }
}

function checkInline(bucket: Resource): Finding[] {
  return Object.entries(INLINE)
    .filter(([property]) => property in bucket.props)
    .map(([property, sideCar]) =>
      violation(bucket, `${property} stands in the bucket, where no rule reads it.`, `Use a ${sideCar}.`),
    );
}
