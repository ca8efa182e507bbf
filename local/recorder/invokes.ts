/** Answers to the few questions that the program asks a cloud while it runs. */
import { policyDocument } from "./policy-document";

/** What a stack knows of its account without asking. */
export interface InvokeFacts {
  readonly accountId: string;
  readonly region: string;
  readonly partition: string;
}

/** Stands for an account in plans; a plan of one's own account names it by `accountId`. */
export const PLAN_ACCOUNT = "123456789012";

/** The first three; which letters an account has is for AWS to say. */
export function zonesOf({ region }: Pick<InvokeFacts, "region">): string[] {
  return ["a", "b", "c"].map((letter) => `${region}${letter}`);
}

/**
 * @param args of the question, secrets in clear
 * @throws Error naming the token of any other question: an invented answer would end up in a policy or a plan.
 */
export function answerInvoke(
  token: string,
  { accountId, region, partition }: InvokeFacts,
  args: Readonly<Record<string, unknown>> = {},
): Record<string, unknown> {
  switch (token) {
    case "aws:index/getCallerIdentity:getCallerIdentity":
      return { id: accountId, accountId, arn: `arn:${partition}:iam::${accountId}:root`, userId: accountId };
    case "aws:index/getRegion:getRegion":
      return {
        id: region,
        name: region,
        region,
        endpoint: `ec2.${region}.amazonaws.com`,
        description: region,
      };
    case "aws:index/getPartition:getPartition":
      return { id: partition, partition, dnsSuffix: "amazonaws.com", reverseDnsPrefix: "com.amazonaws" };
    case "aws:index/getAvailabilityZones:getAvailabilityZones": {
      const names = zonesOf({ region });
      return { id: region, names, zoneIds: names, allAvailabilityZones: true };
    }
    case "aws:iam/getPolicyDocument:getPolicyDocument":
      return policyDocument(args);
    default:
      throw new Error(
        `The program asks for ${token}, which can't be answered without an account. Take the value from the stack's settings.`,
      );
  }
}
