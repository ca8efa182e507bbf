import { pipa } from "../model/references";
import { EVERY_TYPE, undecided, violation, type ResourceRule } from "../model/rule";
import { covers } from "../model/policy-document";
import { read } from "../model/reading";
import { names, settingIn } from "../model/setting";
import { checkRegion, REGIONS } from "./regions";

const PROVIDER = "pulumi:providers:aws";
const PROVIDERS: readonly string[] = [PROVIDER, "pulumi:providers:aws-native"];

/** Region of the services that AWS runs for the whole world. */
const GLOBAL_REGION = "us-east-1";

/**
 * Their parts are in us-east-1 wherever the platform stands: certificates and firewalls of CloudFront, costs and budgets.
 * None of them holds data of the platform.
 */
const GLOBAL_TYPES = names("globalTypes", "Types that may stand in us-east-1; * is any run of characters.", [
  "aws:acm/certificate:*",
  "aws:acm/certificateValidation:*",
  "aws:budgets/*",
  "aws:cloudfront/*",
  "aws:costexplorer/*",
  "aws:wafv2/*",
]);

const FIX =
  "Set the region of the provider (`aws:region`), and of the resource if it has its own, to one of the platform's (`regions` " +
  "in the rule's settings; ap-northeast-2 by default).";

/** Whatever is made stands in the platform's regions: the provider's, and the `region` that nearly every resource has. */
export const resourceRegion: ResourceRule = {
  name: "resource-region",
  group: "residency",
  scope: "resource",
  severity: "high",
  description: "Providers and resources stand in the platform's regions.",
  framework: pipa("28-8", "Storing personal data abroad is a transfer abroad (개인정보의 국외 이전)"),
  remediation: FIX,
  url: "https://docs.aws.amazon.com/AmazonS3/latest/userguide/Welcome.html#Regions",
  types: EVERY_TYPE,
  settings: [REGIONS, GLOBAL_TYPES],
  check(resource, configuration) {
    const regions = settingIn(configuration, REGIONS);
    if (PROVIDERS.includes(resource.type)) {
      const region = read(resource.props, ["region"]);
      if (region.state === "unknown") return [undecided(resource, "region", FIX)];
      return region.state === "absent" && resource.type === PROVIDER
        ? [violation(resource, "region is missing: it would be that of whoever deploys.", FIX)]
        : checkRegion(resource, ["region"], regions, FIX);
    }
    if (!resource.type.startsWith("aws:")) return [];
    const isGlobal = settingIn(configuration, GLOBAL_TYPES).some((each) => covers(each, resource.type));
    return checkRegion(resource, ["region"], isGlobal ? [...regions, GLOBAL_REGION] : regions, FIX);
  },
};
