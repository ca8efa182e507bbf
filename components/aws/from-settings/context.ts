/** In which stack, account and region everything stands. */
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { accessRecordDays } from "../../access-records";
import type { Contracts } from "../../contract/model";
import { Names } from "../../naming";
import type { Settings } from "../../settings";
import { TAG, type AwsContext } from "../context";

/** @param contracts what the time that logs are kept follows from, where the settings leave it to them. */
export async function awsContext(settings: Settings, contracts: Contracts): Promise<AwsContext> {
  const { owner, protectData } = settings;
  const logRetentionDays =
    settings.logRetentionDays === "by-contracts" ? accessRecordDays(contracts) : settings.logRetentionDays;
  const region = new pulumi.Config("aws").require("region");
  const { accountId } = await aws.getCallerIdentity({});
  const identity = { project: pulumi.getProject(), stack: pulumi.getStack(), accountId, region };
  const tags = { [TAG.owner]: owner, [TAG.stack]: `${identity.project}-${identity.stack}` };
  return { names: new Names(identity), identity, tags, protectData, logRetentionDays };
}
