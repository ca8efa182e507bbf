/** Where the local cloud's services listen, and clients for them. */
import { APIGatewayClient } from "@aws-sdk/client-api-gateway";
import { AthenaClient } from "@aws-sdk/client-athena";
import { CloudWatchLogsClient } from "@aws-sdk/client-cloudwatch-logs";
import { EMRServerlessClient } from "@aws-sdk/client-emr-serverless";
import { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import { FirehoseClient } from "@aws-sdk/client-firehose";
import { GlueClient } from "@aws-sdk/client-glue";
import { IAMClient } from "@aws-sdk/client-iam";
import { KinesisClient } from "@aws-sdk/client-kinesis";
import { KMSClient } from "@aws-sdk/client-kms";
import { LambdaClient } from "@aws-sdk/client-lambda";
import { S3Client } from "@aws-sdk/client-s3";
import { SFNClient } from "@aws-sdk/client-sfn";
import { AssumeRoleCommand, STSClient } from "@aws-sdk/client-sts";
import { NodeHttpHandler } from "@smithy/node-http-handler";

export interface LocalEndpoints {
  /** The emulator: S3, KMS, Kinesis, Lambda, API Gateway, IAM, logs. */
  readonly emulator: string;
  /** Naru's own services, for what the emulator lacks: see {@link OWN_SERVICES}. */
  readonly services: string;
  /** `127.0.0.1:PORT` of the Kafka broker, where the stack asks for one. */
  readonly kafka?: string;
  readonly region: string;
  readonly accountId: string;
}

/** Services that Naru's local cloud answers itself, as in `AWS_ENDPOINT_URL_<SERVICE>`. */
const OWN_SERVICES = [
  "ATHENA",
  "EMR_SERVERLESS",
  "EVENTBRIDGE",
  "FIREHOSE",
  "GLUE",
  "LAMBDA",
  "SFN",
  "STS",
] as const;

export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/** Credentials of the local deployer: the emulator's root, which exists nowhere else. */
export const LOCAL_ROOT: Credentials = { accessKeyId: "test", secretAccessKey: "test" };

/** Environment variables that point any AWS SDK at the local cloud. */
export function endpointEnvironment({ emulator, services, region }: LocalEndpoints): Record<string, string> {
  return {
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_ENDPOINT_URL: emulator,
    ...Object.fromEntries(OWN_SERVICES.map((service) => [`AWS_ENDPOINT_URL_${service}`, services])),
  };
}

/** One client per service, all with the same credentials. */
export class CloudClients {
  readonly apiGateway: APIGatewayClient;
  readonly athena: AthenaClient;
  readonly emrServerless: EMRServerlessClient;
  readonly eventBridge: EventBridgeClient;
  readonly firehose: FirehoseClient;
  readonly glue: GlueClient;
  readonly iam: IAMClient;
  readonly kinesis: KinesisClient;
  readonly kms: KMSClient;
  readonly lambda: LambdaClient;
  readonly logs: CloudWatchLogsClient;
  readonly s3: S3Client;
  readonly sfn: SFNClient;
  readonly sts: STSClient;

  /** @param credentials of whom to act as. @default the local root */
  constructor(
    readonly endpoints: LocalEndpoints,
    credentials: Credentials = LOCAL_ROOT,
  ) {
    const { region, emulator, services } = endpoints;
    const own = { region, credentials, endpoint: services };
    const emulated = { region, credentials, endpoint: emulator };
    this.apiGateway = new APIGatewayClient(emulated);
    this.athena = new AthenaClient(own);
    this.emrServerless = new EMRServerlessClient(own);
    this.eventBridge = new EventBridgeClient(own);
    this.firehose = new FirehoseClient(own);
    this.glue = new GlueClient(own);
    this.iam = new IAMClient(emulated);
    // HTTP/1.1: over plain-text HTTP/2 a signature carries no host header that the emulator could verify.
    this.kinesis = new KinesisClient({ ...emulated, requestHandler: new NodeHttpHandler() });
    this.kms = new KMSClient(emulated);
    this.lambda = new LambdaClient(own);
    this.logs = new CloudWatchLogsClient(emulated);
    // Bucket names are no host names here.
    this.s3 = new S3Client({ ...emulated, forcePathStyle: true });
    this.sfn = new SFNClient(own);
    this.sts = new STSClient(own);
  }

  /** Clients that act as a role, as the role's own people and programs would. */
  async assume(roleArn: string, sessionName: string): Promise<CloudClients> {
    const { Credentials: session } = await this.sts.send(
      new AssumeRoleCommand({ RoleArn: roleArn, RoleSessionName: sessionName }),
    );
    return new CloudClients(this.endpoints, {
      accessKeyId: session!.AccessKeyId!,
      secretAccessKey: session!.SecretAccessKey!,
      sessionToken: session!.SessionToken!,
    });
  }
}
