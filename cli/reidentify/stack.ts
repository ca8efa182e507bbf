/** The stack whose pseudonyms are turned back: who asks it, and a session of the role that may answer. */
import type { S3Client } from "@aws-sdk/client-s3";
import {
  REASON_TAG,
  reidentificationPlaces,
  type ReidentificationPlaces,
} from "../../components/aws/reidentification/places";
import { reidentifierRole } from "../../components/aws/foundation/crossing-roles";
import { ROOT } from "../../local/paths";
import { readStackConfig } from "../../local/recorder";
import { openStack } from "../stack-session";

export interface Stack {
  readonly name: string;
  readonly places: ReidentificationPlaces;
  /** ARN of whoever asks, as the cloud knows them. */
  readonly caller: string;
  /** Name of the session, by which CloudTrail tells who it was. */
  readonly session: string;
  /** S3 as the re-identifier. @throws Error that says who may be one, when the cloud refuses. */
  assumeReidentifier(reason: string): Promise<S3Client>;
}

/** @throws Error when there is no such stack, when it keeps nothing to turn back, or when the local one is not up. */
export async function findStack(name: string): Promise<Stack> {
  if (readStackConfig(ROOT, name).values["naru:reidentification"] === "false") {
    throw new Error(
      `The stack ${name} keeps nothing that turns pseudonyms back (naru:reidentification is false)`,
    );
  }
  const { names, caller, session, assume } = await openStack(name);
  return {
    ...{ name, caller, session, places: reidentificationPlaces(names) },
    assumeReidentifier: async (reason) => {
      const { s3 } = await assume({
        role: reidentifierRole(names),
        needs:
          "naru:reidentifiers names who may, and the account's IAM must let them (sts:AssumeRole, sts:TagSession)",
        tags: [{ Key: REASON_TAG, Value: reason }],
      });
      return s3;
    },
  };
}
