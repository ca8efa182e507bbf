/** A connector of MSK Connect that writes topics to the lake without a transform: what a person says of it. */
import { checkNumber, checkText, type ArgumentProblem } from "./arguments";
import type { Bounds } from "./limits";

/** The plugin is somebody else's, such as Confluent's S3 sink with Glue's converter for JSON Schema: one zip, in S3 or known to MSK Connect. */
export interface KafkaConnect {
  /** Ids of the streams that it writes; none with personal columns, as it has no transform. */
  readonly streams: readonly string[];
  /** ARN of a custom plugin that is there. @default none */
  readonly pluginArn?: string;
  /** Its revision. @default 1 */
  readonly pluginRevision?: number;
  /** Bucket of the plugin's zip, instead of an ARN. @default none */
  readonly pluginBucket?: string;
  /** Key of the zip in it. @default none */
  readonly pluginKey?: string;
  /** Workers, of one MCU (1 vCPU, 4 GiB) each. @default 1 */
  readonly workers?: number;
}

const REVISION: Bounds = { minimum: 1, maximum: 10_000, unit: "(a revision)" };
/** MSK developer guide, "MSK Connect quota": 10 workers a connector by auto scaling, 60 of an account. */
const WORKERS: Bounds = { minimum: 1, maximum: 10, unit: "workers" };

const PLUGIN_ARN = /^arn:[a-z-]+:kafkaconnect:[a-z0-9-]+:\d{12}:custom-plugin\/[^/]+\/[^/]+$/;
const WAYS = "pluginArn, or pluginBucket and pluginKey";

/** @returns `<key>: <what>; <fix>` for each wrong value. */
export function connectProblems(connect: KafkaConnect): (ArgumentProblem | undefined)[] {
  const { streams, pluginArn, pluginRevision, pluginBucket, pluginKey, workers } = connect;
  const byZip = pluginBucket !== undefined || pluginKey !== undefined;
  return [
    streams.length === 0
      ? "streams: is empty; name streams without personal data, or leave connect out"
      : undefined,
    pluginArn === undefined && !(pluginBucket !== undefined && pluginKey !== undefined)
      ? `pluginArn: is missing; write ${WAYS}`
      : undefined,
    pluginArn !== undefined && byZip ? `pluginArn: is set beside a zip; write ${WAYS}` : undefined,
    checkText(
      "pluginArn",
      pluginArn,
      (text) => PLUGIN_ARN.test(text),
      "an ARN like arn:aws:kafkaconnect:ap-northeast-2:123456789012:custom-plugin/s3-sink/…",
    ),
    checkText(
      "pluginBucket",
      pluginBucket,
      (text) => /^[a-z0-9][a-z0-9.-]{2,62}$/.test(text),
      "the name of a bucket",
    ),
    checkText("pluginKey", pluginKey, (text) => /\.(zip|jar)$/.test(text), "the key of a .zip or .jar"),
    checkNumber("pluginRevision", pluginRevision, REVISION),
    checkNumber("workers", workers, WORKERS),
  ];
}
