import { examine, show } from "../model/expectation";
import { readIndices, readString, type Path } from "../model/reading";
import { ismsP } from "../model/references";
import { undecided, violation, type Finding, type Resource, type StackRule } from "../model/rule";
import type { StackResource } from "../model/stack";
import { LAKE_LOCATION, LAKE_SETTINGS } from "../model/types";

const FIX =
  "Leave IAM_ALLOWED_PRINCIPALS out of the default permissions; or, where other tables of the account live by IAM alone, register " +
  "the stack's locations with `hybridAccessEnabled: true`, so that roles which are opted in are held to their grants.";

const DEFAULTS = ["createDatabaseDefaultPermissions", "createTableDefaultPermissions"] as const;

/** The group of all whom IAM lets, on a new table, makes grants to single roles mean nothing; hybrid access does not. */
export const lakeFormationDefaults: StackRule = {
  name: "lake-formation-defaults",
  group: "access",
  scope: "stack",
  severity: "high",
  description:
    "New tables are not everybody's by default, unless their places are in Lake Formation's hybrid access mode.",
  framework: ismsP("2.6.4", "Access to databases is granted by need (데이터베이스 접근)"),
  remediation: FIX,
  url: "https://docs.aws.amazon.com/lake-formation/latest/dg/hybrid-access-mode.html",
  check(stack) {
    const places = stack.ofType(LAKE_LOCATION);
    return stack.ofType(LAKE_SETTINGS).flatMap((settings) => {
      const read = DEFAULTS.map((property) => readDefaults(settings, property));
      const findings = read.flatMap((each) => each.findings);
      return read.some(({ byIam }) => byIam) ? [...findings, ...checkPlaces(settings, places)] : findings;
    });
  },
};

function checkPlaces(settings: StackResource, places: readonly StackResource[]): Finding[] {
  if (places.length === 0)
    return [
      violation(settings, "New tables are everybody's, and no location is in hybrid access mode.", FIX),
    ];
  return places.flatMap((place) =>
    examine(place, {
      path: ["hybridAccessEnabled"],
      accepts: (value) => value === true,
      must: "must be true where new tables are everybody's by default",
      fix: FIX,
    }),
  );
}

interface Defaults {
  /** Whoever IAM lets has a right on what is new. */
  readonly byIam: boolean;
  readonly findings: readonly Finding[];
}

/** Left out, the provider clears the defaults: nobody has anything. */
function readDefaults(settings: Resource, property: string): Defaults {
  const entries = readIndices(settings.props, [property]);
  if (entries.state === "unknown") return { byIam: false, findings: [undecided(settings, property, FIX)] };
  if (entries.state === "wrong-type")
    return { byIam: false, findings: [violation(settings, `${property} is no ${entries.expected}.`, FIX)] };
  const read = (entries.state === "known" ? entries.value : [])
    .filter((index) => givesSomething(settings, [property, index, "permissions"]))
    .map((index) => readPrincipal(settings, [property, index, "principal"]));
  return {
    byIam: read.includes("iam"),
    findings: read.flatMap((each) => (typeof each === "string" ? [] : each)),
  };
}

function givesSomething(settings: Resource, path: Path): boolean {
  const permissions = readIndices(settings.props, path);
  return permissions.state !== "known" || permissions.value.length > 0;
}

function readPrincipal(settings: Resource, path: Path): "iam" | "by-name" | Finding[] {
  const principal = readString(settings.props, path);
  switch (principal.state) {
    case "unknown":
      return [undecided(settings, show(path), FIX)];
    case "known":
      return principal.value.toUpperCase() === "IAM_ALLOWED_PRINCIPALS" ? "iam" : "by-name";
    case "absent":
    case "wrong-type":
      return [violation(settings, `${show(path)} must name whom the default is for.`, FIX)];
  }
}
