/** Who is told when a crawler fails that a schedule starts: nobody looks at it then. */
import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import type { AwsContext } from "../context";
import { RULE_STATE } from "../event-rule";
import { alarmTopicArn, crawlerRuleName } from "../foundation/alarm-topic";
import type { CrawlerDefinition } from "./definition";
import { crawlerName } from "./names";

/**
 * One rule of EventBridge a scheduled crawler, which costs nothing; the others are waited for by a workflow, or by a person.
 * The stack's topic of alarms is named, not looked at: the engine that makes it takes the crawlers' names.
 */
export function tellOfFailures(
  name: string,
  context: AwsContext,
  crawlers: readonly CrawlerDefinition[],
  parent: pulumi.Resource,
): void {
  for (const crawler of crawlers.filter(({ schedule }) => schedule !== undefined)) {
    const rule = new aws.cloudwatch.EventRule(
      `${name}-${crawler.name}-failed`,
      {
        name: crawlerRuleName(context, crawler.name),
        description: `The scheduled crawler ${crawler.name} failed`,
        eventPattern: JSON.stringify({
          source: ["aws.glue"],
          "detail-type": ["Glue Crawler State Change"],
          detail: { crawlerName: [crawlerName(context.names, crawler.name)], state: ["Failed"] },
        }),
        state: RULE_STATE,
        tags: { ...context.tags },
      },
      { parent },
    );
    new aws.cloudwatch.EventTarget(
      `${name}-${crawler.name}-failed`,
      {
        rule: rule.name,
        targetId: "alarms",
        arn: alarmTopicArn(context),
        inputTransformer: {
          // The message may quote what the crawler read.
          inputPaths: { crawler: "$.detail.crawlerName" },
          inputTemplate: '"Glue crawler <crawler> failed; its tables are as it last left them"',
        },
      },
      { parent },
    );
  }
}
