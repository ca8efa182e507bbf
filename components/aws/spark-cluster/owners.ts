/** Owners of data sets, who are told what runs find in their sets. */
import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import type { Contracts } from "../../contract/model";
import type { AlarmTopic } from "../foundation/alarm-topic";

/**
 * One subscription an address, with a filter of the sets that it answers for: SNS takes an address once a topic. Who is told
 * of all alarms anyway needs none. Each address must confirm once.
 */
export function subscribeOwners(
  name: string,
  { topic }: AlarmTopic,
  contracts: Contracts,
  toldOfAll: readonly string[],
  parent: pulumi.Resource,
): void {
  const addresses = new Set(contracts.flatMap(({ contacts = [] }) => contacts));
  for (const address of [...addresses].filter((one) => !toldOfAll.includes(one)).sort()) {
    const sets = contracts.filter(({ contacts = [] }) => contacts.includes(address)).map(({ id }) => id);
    new aws.sns.TopicSubscription(
      `${name}-owner-${address}`,
      {
        topic: topic.arn,
        protocol: "email",
        endpoint: address,
        filterPolicy: JSON.stringify({ data_set: sets }),
      },
      { parent },
    );
  }
}
