/** One stack governs an account and region; a second one is told so before it changes anything. */
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { ACCOUNT_CLAIM } from "../../naming";
import type { AwsContext } from "../context";

/** Programs whose account is claimed, as they run. */
const claimed = new WeakSet<object>();

/** @returns the problem, where another component of the program that runs now governs the account already. */
export function claimProblem({ names }: AwsContext): string | undefined {
  // Under mocks there is no stack resource, and the names' maker stands for it.
  const run = pulumi.runtime.getStackResource() ?? names;
  if (claimed.has(run)) {
    return "accountWide: is true of two components; an account has one, so set it for one of them only";
  }
  claimed.add(run);
  return undefined;
}

/**
 * A parameter under a name that is the same in every stack, and is never overwritten: SSM refuses a second stack's
 * (`ParameterAlreadyExists`), and nothing that the claim stands for is made. Its value says which stack has it.
 */
export function claimAccount(name: string, context: AwsContext, parent: pulumi.Resource): aws.ssm.Parameter {
  const { project, stack } = context.identity;
  return new aws.ssm.Parameter(
    `${name}-claim`,
    {
      name: ACCOUNT_CLAIM,
      type: "String",
      insecureValue: `${project}-${stack}`,
      description: "The stack whose naru:accountGovernance is true: one in an account and region",
      tags: { ...context.tags },
    },
    { parent, deleteBeforeReplace: true },
  );
}
