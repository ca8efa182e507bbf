/** What the states that tell owners need, whichever machine they stand in. */
import type { AwsContext } from "../context";
import type { ZoneBucket } from "../data-lake/zone-bucket";
import { alarmTopicArn } from "../foundation/alarm-topic";
import type { EncryptionKeys } from "../foundation/encryption-keys";
import type { Statement } from "../foundation/service-role";

/** Bucket of the reports, and what in it owners are told. */
export interface NoticeObject {
  readonly bucket: ZoneBucket;
  readonly key: string;
}

/** Rights to read what a run leaves for owners, one object, and to publish it under the topic's key. */
export function noticeStatements(
  context: AwsContext,
  keys: EncryptionKeys,
  { bucket, key }: NoticeObject,
): Statement[] {
  const { region } = context.identity;
  const through = (service: string) => ({
    StringEquals: { "kms:ViaService": `${service}.${region}.amazonaws.com` },
  });
  return [
    { Effect: "Allow", Action: "s3:GetObject", Resource: `${bucket.arn}/${key}` },
    { Effect: "Allow", Action: "kms:Decrypt", Resource: keys.arn("lake"), Condition: through("s3") },
    { Effect: "Allow", Action: "sns:Publish", Resource: alarmTopicArn(context) },
    {
      Effect: "Allow",
      // Decrypt: SNS verifies the data key that it has been given.
      Action: ["kms:GenerateDataKey", "kms:Decrypt"],
      Resource: keys.arn("logs"),
      Condition: through("sns"),
    },
  ];
}
