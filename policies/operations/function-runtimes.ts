import { examine } from "../model/expectation";
import { readString } from "../model/reading";
import { fsbp } from "../model/references";
import type { ResourceRule } from "../model/rule";
import { names, settingIn } from "../model/setting";
import { FUNCTION } from "../model/types";

/**
 * Runtimes that AWS patches on 2026-11-22 (Lambda developer guide, "Lambda runtimes", and endoflife.date/aws-lambda, read in
 * copies of 2026). Left out: .NET 8, which ended on 2026-11-10, and what stands on Amazon Linux 2 (Java 11 and 17, Python 3.11,
 * provided.al2), which ended on 2026-06-30 and gets only some patches since.
 */
const SUPPORTED = [
  ...["nodejs22.x", "nodejs24.x", "python3.12", "python3.13", "python3.14", "java21", "java25"],
  ...["dotnet10", "ruby3.3", "ruby3.4", "provided.al2023"],
];

const RUNTIMES = names("runtimes", "Runtimes of Lambda that functions may have.", SUPPORTED, 1);

const FIX = "Name a runtime that AWS still patches, or add a newer one to `runtimes` in the rule's settings.";

/** What runs a function gets security updates. */
export const functionRuntimes: ResourceRule = {
  name: "function-runtimes",
  group: "operations",
  scope: "resource",
  severity: "medium",
  description: "Functions have a runtime that AWS still patches.",
  framework: fsbp("Lambda.2", "Lambda functions use supported runtimes"),
  remediation: FIX,
  url: "https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html",
  types: [FUNCTION],
  settings: [RUNTIMES],
  check(resource, configuration) {
    // An image brings its own.
    const packaged = readString(resource.props, ["packageType"]);
    if (packaged.state === "known" && packaged.value === "Image") return [];
    const supported = settingIn(configuration, RUNTIMES);
    return examine(resource, {
      path: ["runtime"],
      accepts: (value) => typeof value === "string" && supported.includes(value),
      must: "must be a supported one",
      fix: FIX,
    });
  },
};
