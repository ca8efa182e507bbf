/** In which stack, account and region everything stands. */
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { Names } from "../../naming";
import type { Settings } from "../../settings";
import { TAG, type AwsContext } from "../context";

export async function awsContext({ owner, protectData, logRetentionDays }: Settings): Promise<AwsContext> {
  const region = new pulumi.Config("aws").require("region");
  const { accountId } = await aws.getCallerIdentity({});
  const identity = { project: pulumi.getProject(), stack: pulumi.getStack(), accountId, region };
  const tags = { [TAG.owner]: owner, [TAG.stack]: `${identity.project}-${identity.stack}` };
  return { names: new Names(identity), identity, tags, protectData, logRetentionDays };
}
