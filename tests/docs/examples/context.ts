import * as pulumi from "@pulumi/pulumi";
import type { AwsContext } from "../../../components/aws";
import { Names } from "../../../components/naming";

const identity = {
  project: pulumi.getProject(),
  stack: pulumi.getStack(),
  accountId: "123456789012",
  region: "ap-northeast-2",
};

export const context: AwsContext = {
  names: new Names(identity),
  identity,
  tags: { "naru:owner": "data-team@example.com" },
  protectData: false,
  logRetentionDays: 30,
};
