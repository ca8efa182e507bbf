/** Rights on a zone or a data set that a lake gives to a role of somebody else's, the key's among them. */
import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { checkArguments, type ArgumentProblem } from "../../arguments";
import type { DataSet } from "../../contract/model";
import type { TableZone, Zone } from "../../platform";
import { iamArn, type AwsContext } from "../context";
import { pseudonymiserArns } from "../foundation/crossing-roles";
import type { ServiceRole, Statement } from "../foundation/service-role";
import type { DataLake } from "./index";

/** Who is given the right: a role of the program, or the ARN of a role of this account. */
export type Grantee = ServiceRole | string;

/** A zone; a data set, which means its curated table; or a data set's table in a zone. */
export type GrantTarget = Zone | DataSet | { readonly zone: TableZone; readonly dataSet: DataSet };

type Way = "read" | "write";

/** Zones that hold clear values, or say who read what. */
const CLOSED: readonly Zone[] = ["landing", "logs"];
const ZONES: readonly Zone[] = ["landing", "raw", "curated", "queryResults", "logs"];

interface Place {
  readonly zone: Zone;
  /** Folders of the zone, each with a slash behind; one that is empty: the whole zone. */
  readonly folders: readonly string[];
  /** As names of resources and policies carry it. */
  readonly label: string;
}

/** @throws ArgumentError with every wrong argument. */
export function grant(
  name: string,
  context: AwsContext,
  lake: DataLake,
  way: Way,
  grantee: Grantee,
  target: GrantTarget,
): aws.iam.RolePolicy {
  const arn = typeof grantee === "string" ? grantee : grantee.arn;
  const place = placeOf(lake, target);
  const method = way === "read" ? "grantRead" : "grantWrite";
  checkArguments(`DataLake.${method}`, name, [
    granteeProblem(context, arn),
    targetProblem(lake, target),
    closedProblem(context, lake, arn, place.zone),
  ]);
  const role = arn.split("/").at(-1)!;
  const statements: Statement[] =
    way === "read"
      ? lake.readStatements(place.zone, place.folders)
      : lake.writeStatements(place.zone, place.folders);
  return new aws.iam.RolePolicy(
    `${name}-${way}-${place.label}-${role}`,
    {
      name: `${name}-${way}-${place.label}`,
      // The role itself where the program made it, so that the policy waits for it.
      role: typeof grantee === "string" ? role : grantee.role.name,
      policy: { Version: "2012-10-17", Statement: statements as aws.iam.PolicyStatement[] },
    },
    { parent: lake as pulumi.Resource },
  );
}

function placeOf(lake: DataLake, target: GrantTarget): Place {
  if (typeof target === "string") {
    return { zone: target, folders: target === "raw" ? lake.rawFolders() : [""], label: target };
  }
  const [zone, dataSet] = "dataSet" in target ? [target.zone, target.dataSet] : ["curated" as const, target];
  return { zone, folders: [lake.folder(dataSet)], label: `${zone}-${dataSet.id}` };
}

function granteeProblem(context: AwsContext, arn: string): ArgumentProblem | undefined {
  const ours = iamArn(context.identity, "role/");
  return arn.startsWith(ours) && /^[\w+=,.@/-]+$/.test(arn.slice(ours.length))
    ? undefined
    : `grantee: is "${arn}"; write a role of this account, ${ours}<name>: for people, the role that they take; for another ` +
        "account, a role here that it may take";
}

function targetProblem(lake: DataLake, target: GrantTarget): ArgumentProblem | undefined {
  if (typeof target === "string") {
    return ZONES.includes(target)
      ? undefined
      : `target: is "${String(target)}"; write one of ${ZONES.join(", ")}, or a data set`;
  }
  const dataSet = "dataSet" in target ? target.dataSet : target;
  if (!lake.contracts.includes(dataSet)) {
    return `target: is ${dataSet.id}, which is not of this lake; take it from lake.contracts`;
  }
  return "dataSet" in target && target.zone === "raw" && dataSet.ingestion !== "stream"
    ? `target: is ${dataSet.id} in raw, where only streams have a table; write zone: "curated"`
    : undefined;
}

function closedProblem(
  context: AwsContext,
  lake: DataLake,
  arn: string,
  zone: Zone,
): ArgumentProblem | undefined {
  if (!CLOSED.includes(zone) || pseudonymiserArns(context, lake.contracts).includes(arn)) return undefined;
  return (
    `target: is ${zone}, which is closed to all but the platform's pseudonymiser roles; grant the curated zone, where ` +
    "personal values are pseudonyms"
  );
}
