/** An index of OpenSearch as Firehose's destination: of a domain, or of a serverless collection. */
import type * as aws from "@pulumi/aws";
import { DESTINATION_DEFAULTS, type OpenSearchDestination } from "../../delivery-destination";
import { partitionOf, type AwsContext } from "../context";
import type { Standing } from "../foundation/network/interface-rights";
import type { Statement } from "../foundation/service-role";
import type { SharedConfiguration } from "./shared-configuration";

/** @param place inside a network; null: over Firehose's own way. */
export function openSearch(
  context: AwsContext,
  { domainArn, collectionArn, index, rotation }: OpenSearchDestination,
  shared: SharedConfiguration,
  place: Standing | null,
): Pick<
  aws.kinesis.FirehoseDeliveryStreamArgs,
  "destination" | "opensearchConfiguration" | "opensearchserverlessConfiguration"
> {
  const own = {
    ...shared,
    indexName: index,
    s3BackupMode: "FailedDocumentsOnly",
    ...(place !== null && { vpcConfig: { ...place, roleArn: shared.roleArn } }),
  };
  return collectionArn === undefined
    ? {
        destination: "opensearch",
        opensearchConfiguration: {
          ...own,
          domainArn: domainArn!,
          indexRotationPeriod: rotation ?? DESTINATION_DEFAULTS.rotation,
        },
      }
    : {
        destination: "opensearchserverless",
        opensearchserverlessConfiguration: {
          ...own,
          collectionEndpoint: collectionEndpoint(context, collectionArn),
        },
      };
}

/** OpenSearch Service developer guide, "Getting started with OpenSearch Serverless": `https://<id>.<region>.aoss.<suffix>`. */
function collectionEndpoint({ identity: { region } }: AwsContext, collectionArn: string): string {
  const suffix = partitionOf(region) === "aws-cn" ? "amazonaws.com.cn" : "amazonaws.com";
  return `https://${collectionArn.split("/").at(-1)}.${region}.aoss.${suffix}`;
}

/**
 * Those of Firehose's developer guide ("Grant Firehose access to an Amazon OpenSearch Service destination"), which writes anywhere in
 * the domain; here only by bulk requests and below the index. Bulk requests name their index in the body, which IAM does not see: what
 * keeps the role to it is the domain's fine-grained access control, or the collection's data access policy.
 */
export function openSearchRights({ domainArn, collectionArn, index }: OpenSearchDestination): Statement[] {
  if (collectionArn !== undefined) {
    return [{ Effect: "Allow", Action: "aoss:APIAccessAll", Resource: collectionArn }];
  }
  const within = (paths: readonly string[]) => paths.map((path) => `${domainArn!}/${path}`);
  return [
    {
      Effect: "Allow",
      Action: ["es:DescribeDomain", "es:DescribeDomains", "es:DescribeDomainConfig"],
      Resource: domainArn!,
    },
    {
      Effect: "Allow",
      Action: ["es:ESHttpPost", "es:ESHttpPut"],
      Resource: within(["_bulk", `${index}*`]),
    },
    {
      Effect: "Allow",
      Action: "es:ESHttpGet",
      Resource: within([
        ...["_all/_settings", "_cluster/stats", "_nodes", "_nodes/stats", "_nodes/*/stats", "_stats"],
        ...[`${index}*/_mapping/*`, `${index}*/_stats`],
      ]),
    },
  ];
}
