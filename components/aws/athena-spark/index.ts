import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { checkArguments, checkText } from "../../arguments";
import { arnOf, TAG, type AwsContext } from "../context";
import type { DataLake } from "../data-lake";
import type { EncryptionKeys } from "../foundation/encryption-keys";
import { EncryptedLogGroup } from "../foundation/log-group";
import { ServiceRole, type Statement } from "../foundation/service-role";

export interface AthenaSparkArgs {
  readonly lake: DataLake;
  readonly keys: EncryptionKeys;
}

/** As `ListEngineVersions` names it. Its elder, PySpark engine version 3, is not in Seoul. */
const ENGINE = "Apache Spark version 3.5";

/** Where the engine is: Athena user guide, "Considerations and limitations" of Athena for Apache Spark, read in 2026-11. */
const REGIONS: readonly string[] = [
  ...["ap-south-1", "ap-northeast-2", "ap-southeast-1", "ap-southeast-2", "ap-northeast-1", "ca-central-1"],
  ...["eu-central-1", "eu-west-1", "eu-west-2", "eu-west-3", "eu-north-1", "sa-east-1"],
  ...["us-east-1", "us-east-2", "us-west-2"],
];

/** Folder of the query results that sessions write. */
const FOLDER = "spark/";

/**
 * Apache Spark for analysts, without a cluster: a workgroup of Athena's whose sessions read what analysts read, over Spark
 * Connect from a notebook of one's own.
 *
 * Sessions run under a role of their own, which writes nothing but a folder of the query results; logs go to a group under the
 * log key. No limit of scanned bytes holds here: a session costs by the DPU and hour, for as long as it is open.
 *
 * Idle cost: none.
 *
 * @throws ArgumentError with every wrong argument.
 */
export class AthenaSpark extends pulumi.ComponentResource {
  readonly workgroup: aws.athena.Workgroup;
  /** What sessions run as. */
  readonly role: ServiceRole;

  constructor(
    name: string,
    context: AwsContext,
    args: AthenaSparkArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("naru:aws:AthenaSpark", name, {}, opts);
    const { lake, keys } = args;
    const { identity, names } = context;
    checkArguments("AthenaSpark", name, [
      checkText(
        "context.identity.region",
        identity.region,
        (region) => REGIONS.includes(region),
        `one where Athena has Apache Spark (${REGIONS.join(", ")}), or leave AthenaSpark out: SparkCluster runs Spark there`,
      ),
      lake.columnGrants
        ? "lake: lets analysts read by Lake Formation's grants only, and sessions would read past them; leave AthenaSpark out"
        : undefined,
    ]);
    const workgroupName = names.of("workgroup", "spark");
    const workgroupArn = arnOf(identity, "athena", `workgroup/${workgroupName}`);
    const logs = new EncryptedLogGroup(
      name,
      context,
      { logGroupName: `/aws/athena/${workgroupName}`, keys },
      { parent: this },
    );
    this.role = new ServiceRole(
      name,
      context,
      {
        roleName: names.of("role", "athena-spark"),
        assumedBy: "athena.amazonaws.com",
        purpose: "analyst",
        statements: [
          {
            // A session looks at itself, and ends when nobody uses it.
            Effect: "Allow",
            Action: [
              "athena:GetWorkGroup",
              "athena:GetSession",
              "athena:GetSessionStatus",
              "athena:TerminateSession",
            ],
            Resource: workgroupArn,
          },
          ...lake.roles.rights.catalogue,
          ...lake.readStatements("raw", lake.rawFolders()),
          ...lake.readStatements("curated"),
          ...lake.readStatements("queryResults", FOLDER),
          ...lake.writeStatements("queryResults", FOLDER),
          logs.writeStatement,
        ],
      },
      { parent: this },
    );
    this.workgroup = new aws.athena.Workgroup(
      name,
      {
        name: workgroupName,
        description: "Apache Spark for analysts",
        forceDestroy: !context.protectData,
        configuration: {
          engineVersion: { selectedEngineVersion: ENGINE },
          executionRole: this.role.readyArn,
          enforceWorkgroupConfiguration: true,
          publishCloudwatchMetricsEnabled: true,
          resultConfiguration: {
            outputLocation: pulumi.interpolate`${lake.uri("queryResults")}${FOLDER}`,
            encryptionConfiguration: { encryptionOption: "SSE_KMS", kmsKeyArn: keys.arn("lake") },
          },
          monitoringConfiguration: {
            cloudWatchLoggingConfiguration: { enabled: true, logGroup: logs.group.name },
          },
        },
        tags: { ...context.tags, [TAG.role]: "analyst" },
      },
      { parent: this },
    );
    new aws.iam.RolePolicy(
      `${name}-sessions`,
      {
        name: "athena-spark",
        role: lake.roles.analyst.role.name,
        policy: {
          Version: "2012-10-17",
          Statement: [holdSessions(workgroupArn)] as aws.iam.PolicyStatement[],
        },
      },
      { parent: this },
    );
    this.registerOutputs({ workgroup: this.workgroup.name, role: this.role.readyArn });
  }
}

/** Without `iam:PassRole`, a session runs as the workgroup's role and as no other. */
function holdSessions(workgroupArn: string): Statement {
  return {
    Effect: "Allow",
    Action: [
      "athena:GetWorkGroup",
      "athena:StartSession",
      "athena:GetSession",
      "athena:GetSessionStatus",
      "athena:GetSessionEndpoint",
      "athena:ListSessions",
      "athena:TerminateSession",
    ],
    Resource: workgroupArn,
  };
}
