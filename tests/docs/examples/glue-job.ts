import { EncryptionKeys, GlueJob, glueLogStatements } from "../../../components/aws";
import { ServiceRole } from "../../../components/aws/foundation/service-role";
import { loadContracts } from "../../../components/contract";
import { context } from "./context";

const keys = new EncryptionKeys("keys", context, { contracts: loadContracts(["contracts"]) });
const role = new ServiceRole("clicks-role", context, {
  roleName: context.names.of("role", "clicks"),
  assumedBy: "glue.amazonaws.com",
  purpose: "etl",
  statements: glueLogStatements(context, "clicks"),
});
const clicks = new GlueJob("clicks", context, {
  part: "clicks",
  description: "Counts clicks as they come",
  kind: "streaming",
  script: "s3://example-jobs/clicks.py",
  role,
  keys,
  securityConfiguration: "example-encrypted",
  workerType: "G.025X",
  workers: 2,
});

export const job = clicks.jobName;
