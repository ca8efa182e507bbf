import * as pulumi from "@pulumi/pulumi";
import { bundleFunction } from "../../../functions/bundle";
import { checkArguments, checkNumber, checkText, type ArgumentProblem } from "../../arguments";
import { COLLECTOR_MEMORY_MB } from "../../capacity/functions";
import {
  authenticationProblems,
  isOrigin,
  ORIGIN_FORM,
  type CollectorAuthentication,
} from "../../collector-access";
import { functionSpec } from "../../contract/function-spec";
import type { DataSet } from "../../contract/model";
import { LIMITS } from "../../limits";
import { webhookMismatches, webhookProblems, type Webhook } from "../../webhook";
import type { StreamIngest as StreamIngestOffer } from "../../platform";
import { readSecret } from "../connection/rights";
import type { AwsContext } from "../context";
import type { DataLake } from "../data-lake";
import type { EncryptionKeys } from "../foundation/encryption-keys";
import type { Network } from "../foundation/network";
import { LambdaFunction } from "../foundation/lambda-function";
import { CollectorApi } from "./collector-api";
import { Delivery } from "./delivery";
import { functionCode } from "./function-code";

export interface StreamIngestArgs {
  readonly lake: DataLake;
  readonly keys: EncryptionKeys;
  /** `on-demand`, or shards per stream. @default "on-demand" */
  readonly capacity?: "on-demand" | number;
  /** Hours that events stay in the stream (24 to 8760). @default 24 */
  readonly retentionHours?: number;
  /** Seconds before Firehose writes what it has (0 to 900). @default 300 */
  readonly bufferSeconds?: number;
  /** MiB before Firehose writes what it has (64 to 128). @default 64 */
  readonly bufferMegabytes?: number;
  /** Key epoch of new pseudonyms. @default 1 */
  readonly pseudonymEpoch?: number;
  /** `regional`, or `private`: reachable only through `vpcEndpoints`. @default "regional" */
  readonly access?: "regional" | "private";
  /** Interface endpoints (vpce-…) of a private collector, which needs at least one. @default [] */
  readonly vpcEndpoints?: readonly string[];
  /** Requests a second before the collector answers 429; twice as many at once. @default 500 */
  readonly requestsPerSecond?: number;
  /** `api-key`, `iam`, or `{ issuer, audience, jwksUrl }` of the tokens to take. @default "api-key" */
  readonly authentication?: CollectorAuthentication;
  /** Origins of pages that may send events from a browser, e.g. `https://www.example.com`. @default [] */
  readonly corsOrigins?: readonly string[];
  /** Third parties that post events of their own form, signed. @default [] */
  readonly webhooks?: readonly Webhook[];
  /** Ids of streams whose events programs may also put straight into Firehose, past collector and queue. @default [] */
  readonly directPut?: readonly string[];
  /** Whether this stack sets the account's API Gateway log role. @default true */
  readonly manageApiGatewayAccount?: boolean;
  /** Network in whose closed subnets the functions stand; null: none. @default null */
  readonly network?: Network | null;
}

/**
 * The stream's way in: HTTP -> collector (checks the contract) -> Kinesis -> Firehose (pseudonymises) -> raw zone.
 *
 * Creates a REST API with key and throttle, the collector function, and for each stream contract a Kinesis stream, the
 * pseudonymising function and a Firehose delivery stream.
 *
 * Idle cost: that of its streams, see {@link Delivery}; API, functions and delivery cost by use.
 *
 * @throws ArgumentError with every wrong argument.
 */
export class StreamIngest extends pulumi.ComponentResource implements StreamIngestOffer {
  readonly eventsUrl: pulumi.Output<string>;
  /** Webhooks are posted to `<webhooksUrl>/<name>`; undefined where there are none. */
  readonly webhooksUrl: pulumi.Output<string> | undefined;
  /** The key that callers send as `x-api-key`; secret. Undefined with another authentication. */
  readonly apiKey: pulumi.Output<string> | undefined;
  readonly streams: Readonly<Record<string, pulumi.Output<string>>>;
  /** Id of each data set with one to the delivery stream that takes events past the queue. */
  readonly directDeliveries: Readonly<Record<string, pulumi.Output<string>>>;
  /** Id of each data set to the function that pseudonymises its events. */
  readonly transforms: Readonly<Record<string, LambdaFunction>>;

  constructor(
    name: string,
    context: AwsContext,
    args: StreamIngestArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("naru:aws:StreamIngest", name, {}, opts);
    checkArguments("StreamIngest", name, problems(args));
    const dataSets = args.lake.contracts.filter((dataSet) => dataSet.ingestion === "stream");
    const deliveries = new Map(
      dataSets.map((dataSet) => [
        dataSet.id,
        new Delivery(
          `${name}-${dataSet.domain}-${dataSet.name}`,
          context,
          {
            dataSet,
            lake: args.lake,
            keys: args.keys,
            capacity: args.capacity ?? "on-demand",
            retentionHours: args.retentionHours ?? 24,
            bufferSeconds: args.bufferSeconds ?? 300,
            bufferMegabytes: args.bufferMegabytes ?? 64,
            pseudonymEpoch: args.pseudonymEpoch ?? 1,
            network: args.network ?? null,
            directPut: (args.directPut ?? []).includes(dataSet.id),
          },
          { parent: this },
        ),
      ]),
    );
    this.streams = Object.fromEntries([...deliveries].map(([id, delivery]) => [id, delivery.stream.name]));
    this.directDeliveries = Object.fromEntries(
      [...deliveries].flatMap(([id, { direct }]) => (direct === undefined ? [] : [[id, direct]])),
    );
    this.transforms = Object.fromEntries([...deliveries].map(([id, { transform }]) => [id, transform]));
    const api = new CollectorApi(
      `${name}-api`,
      context,
      {
        collector: createCollector(`${name}-collector`, context, args, dataSets, deliveries, this),
        keys: args.keys,
        access: args.access ?? "regional",
        vpcEndpoints: args.vpcEndpoints ?? [],
        requestsPerSecond: args.requestsPerSecond ?? 500,
        authentication: args.authentication ?? "api-key",
        origins: args.corsOrigins ?? [],
        webhooks: args.webhooks ?? [],
        manageAccount: args.manageApiGatewayAccount ?? true,
      },
      { parent: this },
    );
    this.eventsUrl = api.eventsUrl;
    this.webhooksUrl = (args.webhooks ?? []).length > 0 ? api.webhooksUrl : undefined;
    this.apiKey = api.apiKey;
    this.registerOutputs({ eventsUrl: this.eventsUrl, streams: this.streams });
  }
}

function problems(args: StreamIngestArgs): (ArgumentProblem | undefined)[] {
  const { access, vpcEndpoints = [], authentication = "api-key", corsOrigins = [] } = args;
  return [
    args.lake.contracts.some(({ ingestion }) => ingestion === "stream")
      ? undefined
      : "lake: none of its contracts has ingestion stream; add one, or leave StreamIngest out",
    args.capacity === "on-demand" ? undefined : checkNumber("capacity", args.capacity, LIMITS.shards),
    checkNumber("retentionHours", args.retentionHours, LIMITS.streamRetention),
    checkNumber("bufferSeconds", args.bufferSeconds, LIMITS.deliveryBufferSeconds),
    checkNumber("bufferMegabytes", args.bufferMegabytes, LIMITS.deliveryBufferMegabytes),
    checkNumber("pseudonymEpoch", args.pseudonymEpoch, LIMITS.pseudonymEpoch),
    checkNumber("requestsPerSecond", args.requestsPerSecond, LIMITS.requestsPerSecond),
    access === "private" && vpcEndpoints.length === 0
      ? 'vpcEndpoints: is empty, but access is "private"; name the interface endpoints (vpce-…) that may reach the ' +
        'collector, or set access to "regional"'
      : undefined,
    ...vpcEndpoints.map((id, at) =>
      checkText(
        `vpcEndpoints[${at}]`,
        id,
        (text) => /^vpce-[0-9a-f]+$/.test(text),
        "an id like vpce-0123456789abcdef0",
      ),
    ),
    ...authenticationProblems("authentication", authentication),
    ...corsOrigins.map((origin, at) => checkText(`corsOrigins[${at}]`, origin, isOrigin, ORIGIN_FORM)),
    ...(args.directPut ?? []).map((id, at) => {
      const streams = args.lake.contracts.filter(({ ingestion }) => ingestion === "stream");
      const known = streams.map((stream) => stream.id);
      return checkText(`directPut[${at}]`, id, (text) => known.includes(text), `one of ${known.join(", ")}`);
    }),
    ...webhooksProblems(args),
  ];
}

function webhooksProblems({ webhooks = [], lake }: StreamIngestArgs): (ArgumentProblem | undefined)[] {
  const streams = lake.contracts.filter(({ ingestion }) => ingestion === "stream");
  return webhooks.flatMap((webhook, at) =>
    [
      ...webhookProblems(webhook),
      ...webhookMismatches(webhook, streams),
      webhooks.findIndex(({ name }) => name === webhook.name) < at
        ? `name: is "${webhook.name}" again; give each webhook a name of its own`
        : undefined,
    ].map((problem) => problem && `webhooks[${at}].${problem}`),
  );
}

function createCollector(
  name: string,
  context: AwsContext,
  { keys, network, corsOrigins = [], webhooks = [] }: StreamIngestArgs,
  dataSets: readonly DataSet[],
  deliveries: ReadonlyMap<string, Delivery>,
  parent: pulumi.Resource,
): LambdaFunction {
  const streamNames = Object.fromEntries([...deliveries].map(([id, { stream }]) => [id, stream.name]));
  return new LambdaFunction(
    name,
    context,
    {
      part: "collector",
      purpose: "collector",
      description: "Checks events against their contract and puts them on the stream",
      code: functionCode(bundleFunction("collector"), dataSets.map(functionSpec), webhooks),
      keys,
      network: network ?? null,
      memoryMb: COLLECTOR_MEMORY_MB,
      environment: { STREAMS: pulumi.jsonStringify(streamNames), ORIGINS: JSON.stringify(corsOrigins) },
      statements: [
        {
          Effect: "Allow",
          Action: "kinesis:PutRecords",
          Resource: [...deliveries.values()].map(({ streamArn }) => streamArn),
        },
        // Putting into an encrypted stream takes the key's data-key right (Kinesis, "server-side encryption").
        { Effect: "Allow", Action: "kms:GenerateDataKey", Resource: keys.arn("stream") },
        ...[...new Set(webhooks.map(({ secretArn }) => secretArn))].flatMap((arn) =>
          readSecret(context, arn),
        ),
      ],
    },
    { parent },
  );
}
