import { covers } from "../model/policy-document";
import { ismsP } from "../model/references";
import { violation, type ResourceRule } from "../model/rule";
import { names, settingIn } from "../model/setting";
import { isTagged } from "../model/stack";
import { DATA_CLASS } from "../model/tags";
import { BUCKET, KAFKA_CLUSTER, STREAM } from "../model/types";

/** A pack can't tell real people from invented ones: which stacks must do without is an organisation's to say. */
const STACKS = names(
  "withoutPeople",
  "Stacks that hold no clear personal data; * is any run of characters.",
  ["test*", "ci*", "pr-*", "preview*"],
);

const FIX =
  "Keep clear personal data out of stacks for tests: feed them pseudonymised or invented data, tagged so. Which stacks those are, " +
  "`withoutPeople` in the rule's settings says.";

/** Development and tests go without real people. */
export const personalDataStacks: ResourceRule = {
  name: "personal-data-stacks",
  group: "pseudonymisation",
  scope: "resource",
  severity: "high",
  description: "Stacks for tests hold no clear personal data; a setting names them.",
  framework: ismsP("2.8.4", "Tests use no operational data without approval (시험 데이터 보안)"),
  remediation: FIX,
  types: [BUCKET, STREAM, KAFKA_CLUSTER],
  settings: [STACKS],
  check(resource, configuration) {
    const [, stack = ""] = /^urn:pulumi:([^:]*)::/.exec(resource.urn) ?? [];
    return isTagged(resource, DATA_CLASS, "raw-pii") &&
      settingIn(configuration, STACKS).some((each) => covers(each, stack))
      ? [violation(resource, "It is tagged for clear personal data, in a stack that holds none.", FIX)]
      : [];
  },
};
