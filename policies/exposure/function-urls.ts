import { examine } from "../model/expectation";
import { fsbp } from "../model/references";
import type { ResourceRule } from "../model/rule";
import { FUNCTION_URL } from "../model/types";

const FIX = 'Set `authorizationType: "AWS_IAM"`, or take the URL away and let an API call the function.';

/** A URL of a function is on the internet. */
export const functionUrls: ResourceRule = {
  name: "function-urls",
  group: "exposure",
  scope: "resource",
  severity: "critical",
  description: "URLs of functions ask callers to sign in with IAM.",
  framework: fsbp("Lambda.1", "Lambda function policies prohibit public access"),
  remediation: FIX,
  url: "https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html",
  types: [FUNCTION_URL],
  check: (url) =>
    examine(url, {
      path: ["authorizationType"],
      accepts: (value) => value === "AWS_IAM",
      must: "must be AWS_IAM",
      fix: FIX,
    }),
};
