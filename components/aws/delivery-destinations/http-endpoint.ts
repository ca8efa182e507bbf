/** An HTTPS address as Firehose's destination. */
import type * as aws from "@pulumi/aws";
import { DESTINATION_DEFAULTS, type HttpDestination } from "../../delivery-destination";
import { readSecret } from "../connection/rights";
import type { AwsContext } from "../context";
import type { Statement } from "../foundation/service-role";
import type { SharedConfiguration } from "./shared-configuration";

/** Firehose reads the access key itself: it stands neither in the plan nor in the state. */
export function httpEndpoint(
  { name, url, secretArn, contentEncoding }: HttpDestination,
  shared: SharedConfiguration,
): Pick<aws.kinesis.FirehoseDeliveryStreamArgs, "destination" | "httpEndpointConfiguration"> {
  return {
    destination: "http_endpoint",
    httpEndpointConfiguration: {
      ...{ ...shared, name, url },
      s3BackupMode: "FailedDataOnly",
      ...(secretArn !== undefined && {
        secretsManagerConfiguration: { enabled: true, secretArn, roleArn: shared.roleArn },
      }),
      requestConfiguration: { contentEncoding: contentEncoding ?? DESTINATION_DEFAULTS.contentEncoding },
    },
  };
}

export function httpRights(context: AwsContext, { secretArn }: HttpDestination): Statement[] {
  return secretArn === undefined ? [] : readSecret(context, secretArn);
}
