/** Inputs that no compliant plan has, and that would open or weaken something: a mutant may add one. */
import * as type from "../../../policies/model/types";

export interface Addition {
  /** A top-level property that the resource does not have. */
  readonly path: string;
  readonly value: unknown;
}

/** Nearly every resource of the provider has a region of its own. */
export const EVERYWHERE: readonly Addition[] = [{ path: "region", value: "us-east-1" }];

const ADMINISTRATOR = "arn:aws:iam::aws:policy/AdministratorAccess";
const FROM_EVERYWHERE = [{ protocol: "-1", fromPort: 0, toPort: 0, cidrBlocks: ["0.0.0.0/0"] }];

/** By type token. */
export const ADDITIONS: Readonly<Record<string, readonly Addition[]>> = {
  [type.BUCKET]: [
    { path: "acl", value: "public-read" },
    {
      path: "grants",
      value: [
        { type: "Group", permissions: ["READ"], uri: "http://acs.amazonaws.com/groups/global/AllUsers" },
      ],
    },
    { path: "website", value: { indexDocument: "index.html" } },
  ],
  [type.KEY]: [
    { path: "multiRegion", value: true },
    { path: "bypassPolicyLockoutSafetyCheck", value: true },
    { path: "isEnabled", value: false },
  ],
  [type.ROLE]: [
    { path: "managedPolicyArns", value: [ADMINISTRATOR] },
    {
      path: "inlinePolicies",
      value: [{ policy: JSON.stringify({ Statement: [{ Effect: "Allow", Action: "*", Resource: "*" }] }) }],
    },
  ],
  [type.SECURITY_GROUP]: [{ path: "ingress", value: FROM_EVERYWHERE }],
  [type.DATABASE]: [
    { path: "password", value: "in the clear" },
    { path: "publiclyAccessible", value: true },
  ],
  [type.DELIVERY_STREAM]: [{ path: "redshiftConfiguration", value: { password: "in the clear" } }],
};
