/** What each role does in a run, as small as it can be done alone. */
import {
  GetFunctionConfigurationCommand,
  UpdateFunctionConfigurationCommand,
  waitUntilFunctionUpdatedV2,
} from "@aws-sdk/client-lambda";
import { PutObjectCommand } from "@aws-sdk/client-s3";
import { AthenaWorkgroup } from "../../pipeline/athena";
import { waitForDelivery } from "../../pipeline/delivery";
import { sendEvents } from "../../pipeline/events";
import { parseS3Uri, type PlatformOutputs } from "../../pipeline/outputs";
import { runSparkWorkflow } from "../../pipeline/spark";
import { rebuildTables } from "../../pipeline/warehouse";
import { refusals } from "../../rights";
import type { CloudClients } from "../../endpoints";
import type { Sample } from "../../../samples";
import { exampleQueries } from "../../../cli/up/example-queries";

const STREAM_SET = "lms.requests";
/** Events of one work: enough for a batch, as few as are delivered at once. */
const EVENTS = 5;

/** A platform that is up. */
export interface Platform {
  readonly clients: CloudClients;
  readonly outputs: PlatformOutputs;
  readonly sample: Sample;
}

export class Works {
  private sessions = 0;
  /** Records that were put on the stream, all in all. */
  private records: number;

  constructor(
    private readonly platform: Platform,
    delivered: number,
  ) {
    this.records = delivered;
  }

  /** @returns the work that uses a role's rights; undefined for a role that does nothing in a run. */
  of(role: string): (() => Promise<void>) | undefined {
    const works: Readonly<Record<string, () => Promise<void>>> = {
      loader: () => this.drop(),
      "spark-drops": () => this.drop(),
      pseudonymiser: () => this.curate(),
      "spark-workflow": () => this.curate(),
      transform: () => this.build(),
      analyst: () => this.query(),
      collector: () => this.send(),
      "pseudonymise-lms-requests": () => this.sendToNew("pseudonymise-lms-requests"),
      "delivery-lms-requests": () => this.deliver(),
    };
    return works[Object.keys(works).find((name) => role.endsWith(`-${name}`)) ?? ""];
  }

  /** Waits for what a refusal held up: it comes as soon as the role has its right back. */
  async settle(): Promise<void> {
    const { clients, outputs } = this.platform;
    await waitForDelivery(clients.s3, outputs, STREAM_SET, this.records, () => undefined);
  }

  private async drop(): Promise<void> {
    const { sample, outputs } = this.platform;
    const { s3 } = await this.as(outputs.roles.loader);
    const { bucket: Bucket } = parseS3Uri(outputs.zones.landing);
    for (const { key: Key, content: Body } of sample.files) {
      await s3.send(new PutObjectCommand({ Bucket, Key, Body }));
    }
  }

  /** The drop's own run and that of everything meet at the lock, as in a run. */
  private async curate(): Promise<void> {
    const since = Date.now();
    await this.drop();
    await runSparkWorkflow(this.platform.clients, this.platform.outputs, () => refusals(since));
  }

  private async build(): Promise<void> {
    const { outputs } = this.platform;
    await rebuildTables(await this.as(outputs.roles.transform), outputs);
  }

  private async query(): Promise<void> {
    const { outputs } = this.platform;
    const { athena } = await this.as(outputs.roles.analyst);
    const { sql } = exampleQueries(outputs)[0]!;
    await new AthenaWorkgroup(athena, outputs.workgroups.analysts).query(sql);
  }

  private async send(): Promise<void> {
    const { outputs, sample } = this.platform;
    const valid = sample.events.filter(({ dt }) => dt !== null).slice(0, EVENTS);
    const { accepted, refused } = await sendEvents(
      outputs,
      STREAM_SET,
      valid.map(({ body }) => body),
    );
    this.records += accepted;
    if (refused > 0) throw new Error(`The collector refused ${refused} of ${valid.length} events`);
  }

  private async deliver(): Promise<void> {
    const { clients, outputs } = this.platform;
    const since = Date.now();
    await this.send();
    await waitForDelivery(clients.s3, outputs, STREAM_SET, this.records, () => undefined, {
      hindrances: () => refusals(since),
    });
  }

  /** A function keeps an epoch's key for as long as it lives: one that is changed starts anew. */
  private async sendToNew(name: string): Promise<void> {
    const { lambda } = this.platform.clients;
    const project = this.platform.outputs.roles.loader.replace(/^.*\/(.*)-loader$/, "$1");
    const FunctionName = `${project}-${name}`;
    // The same time again: that it is set at all ends the workers.
    const { Timeout } = await lambda.send(new GetFunctionConfigurationCommand({ FunctionName }));
    await lambda.send(new UpdateFunctionConfigurationCommand({ FunctionName, Timeout }));
    await waitUntilFunctionUpdatedV2({ client: lambda, minDelay: 1, maxWaitTime: 30 }, { FunctionName });
    await this.deliver();
  }

  /** A session of its own each time: consents are kept by session. */
  private as(roleArn: string): Promise<CloudClients> {
    this.sessions += 1;
    return this.platform.clients.assume(roleArn, `proof-${this.sessions}`);
  }
}
