/** The analyst of a stack: a session of the role that queries the open zone. */
import type { AthenaClient } from "@aws-sdk/client-athena";
import { openStack } from "../stack-session";

export interface Analyst {
  readonly athena: AthenaClient;
  /** Name of the analysts' workgroup. */
  readonly workgroup: string;
}

/** @throws Error when there is no such stack, when the role can't be assumed, or when the local one is not up. */
export async function findAnalyst(name: string): Promise<Analyst> {
  const { names, assume } = await openStack(name);
  const { athena } = await assume({
    role: names.of("role", "analyst"),
    needs: "The stack's IAM must let you, and naru:analysts name you where it is set",
  });
  return { athena, workgroup: names.of("workgroup", "analysts") };
}
