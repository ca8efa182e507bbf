/** What watches: logs, alarms, the trail, connections. */
import { DescribeLogGroupsCommand } from "@aws-sdk/client-cloudwatch-logs";
import { callJson, callQuery } from "../../../local/provider/signed-json";
import { credentialsOf, endpointOf } from "../account";
import { each, ofType, textOf, type Guard } from "./guard";

/** CloudTrail delivers about every five minutes; it may take a quarter of an hour (CloudTrail, how it works). */
const DELIVERY_WAIT_MS = 20 * 60_000;
const DELIVERY_POLL_MS = 30_000;

/** Of one answer; without it 50 are told (CloudWatch, DescribeAlarms). */
const MOST_ALARMS = 100;

interface Alarm {
  readonly AlarmName: string;
  readonly StateValue: string;
  readonly ActionsEnabled: boolean;
}

export const WATCHING: readonly Guard[] = [
  {
    title: "log groups under a key, kept as long as asked",
    ask: (asked) =>
      each(ofType(asked, "aws:cloudwatch/logGroup:LogGroup"), async (resource) => {
        const name = textOf(resource, "name");
        const { logGroups = [] } = await asked.clients.logs.send(
          new DescribeLogGroupsCommand({ logGroupNamePrefix: name }),
        );
        const group = logGroups.find(({ logGroupName }) => logGroupName === name);
        const days = Number(textOf(resource, "retentionInDays"));
        return group?.kmsKeyId !== undefined && group.retentionInDays === days
          ? undefined
          : `${name} says ${group?.kmsKeyId}, ${group?.retentionInDays} days for ${days}`;
      }),
  },
  {
    title: "alarms that are armed and silent",
    onlyAws: "it has no alarms",
    ask: async ({ account, ...asked }) => {
      const names = ofType(asked, "aws:cloudwatch/metricAlarm:MetricAlarm").map(({ id }) => id!);
      if (names.length === 0) return { asked: 0, wrong: [] };
      const { MetricAlarms } = await callJson(
        { emulator: endpointOf("monitoring", account.region), region: account.region },
        { service: "monitoring", target: "GraniteServiceVersion20100801.DescribeAlarms", version: "1.0" },
        { AlarmNames: names, MaxRecords: MOST_ALARMS },
        await credentialsOf(account.region),
      );
      const alarms = new Map((MetricAlarms as Alarm[]).map((alarm) => [alarm.AlarmName, alarm]));
      return each(names, async (name) => {
        const { StateValue = "not there", ActionsEnabled } = alarms.get(name) ?? {};
        return ["OK", "INSUFFICIENT_DATA"].includes(StateValue) && ActionsEnabled === true
          ? undefined
          : `${name} says ${StateValue}, actions ${ActionsEnabled}`;
      });
    },
  },
  {
    title: "trails that record, and deliver under their key",
    onlyAws: "it has no CloudTrail",
    ask: async ({ account, ...asked }) =>
      each(ofType(asked, "aws:cloudtrail/trail:Trail"), async (trail) => {
        for (const deadline = Date.now() + DELIVERY_WAIT_MS; ;) {
          const status = await callJson(
            { emulator: endpointOf("cloudtrail", account.region), region: account.region },
            {
              ...{ service: "cloudtrail", version: "1.1" },
              target: "com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101.GetTrailStatus",
            },
            { Name: textOf(trail, "arn") },
            await credentialsOf(account.region),
          );
          const { IsLogging, LatestDeliveryTime, LatestDeliveryError = "" } = status;
          if (IsLogging === true && LatestDeliveryError === "" && LatestDeliveryTime !== undefined)
            return undefined;
          if (IsLogging !== true || LatestDeliveryError !== "" || Date.now() > deadline) {
            return `${textOf(trail, "name")} says logging ${String(IsLogging)}, delivered ${String(LatestDeliveryTime ?? "nothing")} ${String(LatestDeliveryError)}`;
          }
          await new Promise((resolve) => setTimeout(resolve, DELIVERY_POLL_MS));
        }
      }),
  },
  {
    title: "flow logs that record connections",
    onlyAws: "it has no network",
    ask: async ({ account, ...asked }) =>
      each(ofType(asked, "aws:ec2/flowLog:FlowLog"), async ({ id }) => {
        const { region } = account;
        const answer = await callQuery(
          { emulator: endpointOf("ec2", region), region },
          { service: "ec2", action: "DescribeFlowLogs", version: "2016-11-15" },
          { "FlowLogId.1": id! },
          await credentialsOf(region),
        );
        const [status, delivery] = ["flowLogStatus", "deliverLogsStatus"].map(
          (name) => new RegExp(`<${name}>([^<]*)<`).exec(answer)?.[1],
        );
        return status === "ACTIVE" && delivery !== "FAILED" ? undefined : `${id} says ${status}, ${delivery}`;
      }),
  },
];
