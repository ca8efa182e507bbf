import { read, readString } from "../model/reading";
import { fsbp } from "../model/references";
import { undecided, violation, type ResourceRule } from "../model/rule";
import { FUNCTION_PERMISSION } from "../model/types";

const FIX =
  "Name the service or account in `principal`; for a service add `sourceAccount`, and `sourceArn` of what may call the function.";

/** Functions are called by whom their permissions name. */
export const lambdaPermissions: ResourceRule = {
  name: "lambda-permissions",
  group: "exposure",
  scope: "resource",
  severity: "critical",
  description: "Functions answer named principals, and services on behalf of this account only.",
  framework: fsbp("Lambda.1", "Lambda function policies prohibit public access"),
  remediation: FIX,
  url: "https://docs.aws.amazon.com/lambda/latest/dg/permissions-function-services.html",
  types: [FUNCTION_PERMISSION],
  check(permission) {
    const principal = readString(permission.props, ["principal"]);
    switch (principal.state) {
      case "absent":
      case "wrong-type":
        return [violation(permission, "principal is missing, or no text.", FIX)];
      case "unknown":
        return [undecided(permission, "principal", FIX)];
      case "known": {
        if (principal.value.includes("*")) return [violation(permission, "principal is everybody.", FIX)];
        if (!/\.amazonaws\.com(\.cn)?$/.test(principal.value)) return [];
        // An unknown one is still there: it narrows the permission to some account or resource.
        const narrowed = ["sourceAccount", "sourceArn"].some((property) => {
          const source = read(permission.props, [property]);
          return (
            source.state === "unknown" ||
            (source.state === "known" && typeof source.value === "string" && !/^\*?$/.test(source.value))
          );
        });
        return narrowed
          ? []
          : [violation(permission, "It names neither sourceAccount nor sourceArn of a service.", FIX)];
      }
    }
  },
};
