/** Where both programs of the split stand; each has its own project, and so names and state of its own. */
import * as pulumi from "@pulumi/pulumi";
import type { AwsContext } from "../../../components/aws";
import { Names } from "../../../components/naming";

const config = new pulumi.Config();

const identity = {
  project: pulumi.getProject(),
  stack: pulumi.getStack(),
  accountId: config.require("accountId"),
  region: new pulumi.Config("aws").require("region"),
};

export const context: AwsContext = {
  names: new Names(identity),
  identity,
  tags: { "naru:owner": config.require("owner"), "naru:stack": `${identity.project}-${identity.stack}` },
  protectData: false,
  logRetentionDays: 30,
};
