/** Takes a right from a role, runs the part of the run that uses it, and looks whether the failure names what is missing. */
import { setTimeout as sleep } from "node:timers/promises";
import type { IAMClient } from "@aws-sdk/client-iam";
import { readRights, refusals, withRefusals } from "../../rights";
import { RoleRights } from "./role-rights";

/** A role and an action that it is granted. */
export interface Right {
  readonly role: string;
  readonly action: string;
}

export interface KnockedOut extends Right {
  /** What the role was refused it on; undefined where nothing was refused. */
  readonly resource?: string;
  /** The failure as the run's last lines tell it; undefined where nothing failed. */
  readonly message?: string;
  readonly seconds: number;
}

/** Longest time from the end of the work to a refusal of what it set off. */
const AFTERMATH_MS = 15_000;
const POLL_MS = 200;

/** @param work the part of the run; rejects as the run would. */
export async function knockOut(
  iam: IAMClient,
  { role, action }: Right,
  work: () => Promise<void>,
): Promise<KnockedOut> {
  const rights = await RoleRights.of(iam, role);
  const since = Date.now();
  const failure = await rights.lacking(action, async () => {
    const error = await work().then(
      () => undefined,
      (reason: Error) => reason,
    );
    // What the run's own look at its record would find: another role may work on behind what has ended.
    while (refusals(since).length === 0 && Date.now() < since + AFTERMATH_MS) await sleep(POLL_MS);
    return (
      error ??
      (refusals(since).length > 0 ? new Error("The program's roles lack what the run needs") : undefined)
    );
  });
  const refused = readRights().find(
    (one) => one.granted === null && one.time >= since && one.role === role && one.action === action,
  );
  return {
    ...{ role, action },
    ...(refused !== undefined && { resource: refused.resource }),
    ...(failure !== undefined && { message: withRefusals(failure.message, since) }),
    seconds: Math.round((Date.now() - since) / 100) / 10,
  };
}

/** Role, action and resource stand in the failure that a person sees. */
export function isNamed({ role, action, resource, message }: KnockedOut): boolean {
  return resource !== undefined && message?.includes(`role ${role} lacks ${action} on ${resource}`) === true;
}
