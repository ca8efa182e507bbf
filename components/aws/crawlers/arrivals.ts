/** Crawls by events: S3 tells a queue of what came and went, and the crawler reads the queue instead of all folders. */
import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { arnOf, TAG, type AwsContext } from "../context";
import type { DataLake } from "../data-lake";
import type { EncryptionKeys } from "../foundation/encryption-keys";
import { crawlQueueName } from "../foundation/key-policy";
import { tlsOnly } from "../foundation/tls-only";
import type { CrawledZone, CrawlerDefinition, LakeFolder } from "./definition";

/** SQS's longest: a crawler that runs less often misses events. */
const KEEP_DAYS = 14;

/** A crawler that looks into a folder of the lake, by events. */
export type EventCrawler = CrawlerDefinition & { readonly target: LakeFolder };

/**
 * A queue for each crawler, since a crawler takes the events that it has read out of the queue, and the buckets' one
 * notification, which names all queues. The lake's open buckets have no other.
 *
 * @returns the queue of each crawler by the crawler's name.
 */
export function createArrivals(
  component: string,
  context: AwsContext,
  { lake, keys }: { readonly lake: DataLake; readonly keys: EncryptionKeys },
  crawlers: readonly EventCrawler[],
  parent: pulumi.Resource,
): Map<string, aws.sqs.Queue> {
  const made = crawlers.map((crawler) => {
    const bucketArn = lake.nodes.buckets[crawler.target.zone].arn;
    return { crawler, ...createQueue(component, context, { keys, bucketArn }, crawler.name, parent) };
  });
  for (const zone of new Set(crawlers.map(({ target }) => target.zone))) {
    const own = made.filter(({ crawler }) => crawler.target.zone === zone);
    new aws.s3.BucketNotification(
      `${component}-${zone}`,
      {
        bucket: lake.nodes.buckets[zone].bucket.bucket,
        queues: own.map(({ crawler, queue }) => ({
          id: crawler.name,
          queueArn: queue.arn,
          events: ["s3:ObjectCreated:*", "s3:ObjectRemoved:*"],
          filterPrefix: crawler.target.folder,
        })),
      },
      // S3 sends a test message when it is told of a queue, and refuses one that it may not write.
      { parent, dependsOn: own.map(({ policy }) => policy) },
    );
  }
  return new Map(made.map(({ crawler, queue }) => [crawler.name, queue]));
}

/** Zones whose notification a component of this process has made, by lake: S3 keeps one a bucket, and the last wins. */
const taken = new WeakMap<DataLake, Set<CrawledZone>>();

/** Says which zones are told by another component already, and takes the rest. */
export function claimZones(lake: DataLake, crawlers: readonly EventCrawler[]): string[] {
  const before = taken.get(lake) ?? new Set<CrawledZone>();
  const wanted = new Set(crawlers.map(({ target }) => target.zone));
  taken.set(lake, new Set([...before, ...wanted]));
  return [...wanted]
    .filter((zone) => before.has(zone))
    .map(
      (zone) =>
        `crawlers: another component has event crawlers in ${zone}, whose bucket has one notification; give all of them to one`,
    );
}

function createQueue(
  component: string,
  context: AwsContext,
  { keys, bucketArn }: { readonly keys: EncryptionKeys; readonly bucketArn: string },
  crawler: string,
  parent: pulumi.Resource,
): { queue: aws.sqs.Queue; policy: aws.sqs.QueuePolicy } {
  const { identity, names, tags } = context;
  const name = crawlQueueName(names, crawler);
  const queue = new aws.sqs.Queue(
    `${component}-${crawler}`,
    {
      name,
      kmsMasterKeyId: keys.arn("lake"),
      messageRetentionSeconds: KEEP_DAYS * 86_400,
      tags: { ...tags, [TAG.zone]: "open" },
    },
    { parent },
  );
  const policy = new aws.sqs.QueuePolicy(
    `${component}-${crawler}`,
    {
      queueUrl: queue.url,
      policy: JSON.stringify({
        Version: "2012-10-17",
        Statement: [
          {
            Sid: "BucketOfThisStack",
            Effect: "Allow",
            Principal: { Service: "s3.amazonaws.com" },
            Action: "sqs:SendMessage",
            Resource: arnOf(identity, "sqs", name),
            Condition: {
              ArnEquals: { "aws:SourceArn": bucketArn },
              StringEquals: { "aws:SourceAccount": identity.accountId },
            },
          },
          tlsOnly("sqs:*", arnOf(identity, "sqs", name)),
        ],
      }),
    },
    { parent },
  );
  return { queue, policy };
}
