/** One trial: a local cloud of its own, events sent through it while faults come, and what stands where in the end. */
import { setTimeout as sleep } from "node:timers/promises";
import { DeleteRolePolicyCommand, ListRolesCommand, PutRolePolicyCommand } from "@aws-sdk/client-iam";
import type { RedriveReport } from "../../../cli/redrive/report";
import { redriveIn } from "../../../cli/redrive";
import { placesOf, type RedriveStack } from "../../../cli/redrive/places";
import { ERRORS_PREFIX } from "../../../components/aws/data-lake/folders";
import { GIVEN_UP_PREFIX, refusedPrefix } from "../../../components/aws/database/failure-folders";
import { functionSpec, loadContracts, type DataSet } from "../../../components/contract";
import { Names } from "../../../components/naming";
import { generateSample } from "../../../samples";
import type { LocalPostgres } from "../../database/postgres";
import { StackDatabase } from "../../database/stack-database";
import { CloudClients } from "../../endpoints";
import { LOCAL_ACCOUNT, startLocalCloud, type LocalCloud } from "../../local-cloud";
import { ROOT } from "../../paths";
import { putRecords } from "../../pipeline/events";
import { parseS3Uri, type PlatformOutputs } from "../../pipeline/outputs";
import { runSparkWorkflow } from "../../pipeline/spark";
import { localProvider } from "../../provider";
import { readStackConfig, recordProgram, regionOf } from "../../recorder";
import { claimRun, releaseRun } from "../../running";
import { dieOfMark } from "./crash";
import { makePoison } from "./poison";
import { Sender, type Sent } from "./sender";
import { digestOf, idsBelow, IdWatch, keptBelow, READERS } from "./stored";
import { killNodeChildren } from "./workers";

const DATA_SET = "lms.requests";
const FOLDER = "lms/requests/";
const REFUSAL = "naru-proof-refusal";
/** Failed deliveries that are put back may fail again: they are put back a second time, and no more. */
const REDRIVES = 3;

export interface TrialOptions {
  /** Different valid events, 100 to 1,000,000. */
  readonly events: number;
  /** Seconds for which the database is stopped, and for which delivery is refused. @default 10 */
  readonly awaySeconds?: number;
  /** Seconds without a new row in raw that are taken for the end of delivery. @default 20 */
  readonly quietSeconds?: number;
  /** Of a batch of the database's function: a record that ends it holds up its shard for as many. @default 3 */
  readonly retries?: number;
  /** Whether Spark curates what has come, and curated is compared too. @default true */
  readonly curate?: boolean;
  /** Told how far it is. @default nobody is told */
  readonly say?: (line: string) => void;
}

/** Text or number by what it tells of, in the order of the table. */
export interface Outcome {
  readonly faultless: boolean;
  readonly rows: readonly (readonly [string, string | number])[];
}

interface Fault {
  /** Share of the events that have been sent when it comes. */
  readonly at: number;
  readonly what: string;
  /** @returns what is told beside `what`. */
  readonly run: () => Promise<string | void>;
}

export class Trial {
  private clients: CloudClients;
  private readonly rows: [string, string | number][] = [];
  private faultless = true;
  /** Once the program is deployed. */
  private readonly began = Date.now();

  private constructor(
    private readonly options: Required<TrialOptions>,
    private readonly cloud: LocalCloud,
    private readonly outputs: PlatformOutputs,
    private readonly dataSet: DataSet,
  ) {
    this.clients = new CloudClients(cloud.endpoints);
  }

  /** Ends what runs in this checkout, and deploys the program with a database to a local cloud. */
  static async start(given: TrialOptions): Promise<Trial> {
    const defaults = { awaySeconds: 10, quietSeconds: 20, retries: 3, curate: true, say: () => undefined };
    const options = { ...defaults, ...given };
    await claimRun();
    const cloud = await startLocalCloud(regionOf(readStackConfig(ROOT, "local").values));
    try {
      options.say("deploying the program, with a database, to a local cloud");
      const clients = new CloudClients(cloud.endpoints);
      const { outputs } = await recordProgram({
        root: ROOT,
        stack: "local",
        accountId: LOCAL_ACCOUNT,
        config: { "naru:database": JSON.stringify({ engine: "postgresql", retries: options.retries }) },
        create: localProvider(clients, cloud.processes),
      });
      const functions = {
        pseudonymise: "pseudonymise-lms-requests",
        "to-database": "to-database-lms-requests",
      };
      await dieOfMark(clients.lambda, DATA_SET, functions);
      const dataSet = loadContracts(["contracts"]).find(({ id }) => id === DATA_SET)!;
      return new Trial(options, cloud, outputs as unknown as PlatformOutputs, dataSet);
    } catch (error) {
      await cloud.stop();
      releaseRun();
      throw error;
    }
  }

  async end(): Promise<void> {
    await this.cloud.stop();
    releaseRun();
  }

  async run(): Promise<Outcome> {
    const sample = generateSample({ students: 1000, events: this.options.events });
    const valid = sample.events.flatMap(({ body, dt }) => (dt === null ? [] : [(body as { id: string }).id]));
    const expected = new Set(valid);
    const poison = makePoison(this.options.events);
    const all = spread(poison.deadly, poison.broken);
    const sent = await this.send(
      sample.events.map(({ body }) => body),
      all,
    );
    this.tell("sent", sent.events);
    this.tell("accepted", sent.accepted);
    this.hold("refused by the collector, with reasons", sent.refused, sample.expected.requests.refused);
    this.tell("requests sent again", sent.again);
    this.tell("broken records past the collector", poison.broken.length);
    this.tell("records that kill their function", poison.deadly.length);
    await this.waitForDatabase(expected.size);
    const back = await this.deliver(expected);
    this.tell("put back by naru redrive", back);
    await this.compareStores(expected);
    await this.compareKept(all);
    return { faultless: this.faultless, rows: this.rows };
  }

  private async send(events: readonly unknown[], poison: readonly Buffer[]): Promise<Sent> {
    const faults = this.faults();
    const sender = new Sender({ outputs: this.outputs, dataSet: DATA_SET, batch: 200, clients: 4 }, events);
    const sending = sender.run();
    // Told where it is awaited; until then a rejection would end the process.
    sending.catch(() => undefined);
    let put = 0;
    for (const [at, fault] of faults.entries()) {
      sender.allow(fault.at);
      while (sender.share < fault.at) await sleep(50);
      sender.allow(faults[at + 1]?.at ?? 1);
      const share = Math.ceil((poison.length * (at + 1)) / faults.length);
      await this.putPoison(poison.slice(put, share));
      put = share;
      const before = Date.now();
      const more = (await fault.run()) ?? "";
      const after = ((before - this.began) / 1000).toFixed(0);
      this.options.say(`${after} s, ${Math.round(fault.at * 100)} % sent: ${fault.what}${more}`);
      this.tell(fault.what, `after ${Math.round(fault.at * 100)} % of the events${more}`);
    }
    return sending;
  }

  private async putPoison(records: readonly Buffer[]): Promise<void> {
    const direct = records.map((data, at) => ({ partitionKey: `${at}`, data }));
    await putRecords(this.clients.kinesis, this.outputs.streams[DATA_SET]!, direct);
  }

  private faults(): Fault[] {
    const { cloud } = this;
    const services = {
      what: "delivery and mappings killed (-9)",
      run: () => cloud.restart("services", "kill", () => sleep(1000)),
    };
    return [
      { at: 0.1, ...services },
      {
        at: 0.25,
        what: `database stopped for ${this.options.awaySeconds} s`,
        run: () => this.stopDatabase(),
      },
      { at: 0.4, what: "functions killed (-9)", run: async () => this.killFunctions() },
      {
        at: 0.55,
        what: `delivery's bucket refused it for ${this.options.awaySeconds} s`,
        run: () => this.refuseDelivery(),
      },
      {
        at: 0.7,
        what: "emulator ended and started again",
        run: () => cloud.restart("emulator", "stop", () => sleep(500)),
      },
      { at: 0.85, ...services, what: "delivery and mappings killed (-9) again" },
    ];
  }

  private async stopDatabase(): Promise<void> {
    const database = this.cloud.processes.find(({ name }) => name === "database") as LocalPostgres;
    await database.stop();
    await sleep(this.options.awaySeconds * 1000);
    await database.startAgain();
  }

  private killFunctions(): string {
    const emulator = this.cloud.processes.find(({ name }) => name === "emulator")!;
    return `, ${killNodeChildren(emulator.pid)} processes`;
  }

  private async refuseDelivery(): Promise<void> {
    const { iam } = this.clients;
    const { Roles = [] } = await iam.send(new ListRolesCommand({ MaxItems: 1000 }));
    const { RoleName } = Roles.find(({ RoleName: name }) => name!.endsWith("delivery-lms-requests"))!;
    const refusal = { Effect: "Deny", Action: "s3:PutObject", Resource: "*" };
    const PolicyDocument = JSON.stringify({ Version: "2012-10-17", Statement: [refusal] });
    await iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: REFUSAL, PolicyDocument }));
    await sleep(this.options.awaySeconds * 1000);
    await iam.send(new DeleteRolePolicyCommand({ RoleName, PolicyName: REFUSAL }));
  }

  private async waitForDatabase(wanted: number): Promise<void> {
    const database = await StackDatabase.open(this.cloud.endpoints, this.outputs.database!);
    try {
      const rows = await database.waitForRows(DATA_SET, wanted, () => undefined);
      this.options.say(`${this.seconds()} s: ${rows} rows in the database`);
    } finally {
      await database.close();
    }
  }

  /** Waits until delivery is at its end, and puts back what it gave up, until nothing is missing. @returns how many went back. */
  private async deliver(expected: ReadonlySet<string>): Promise<number> {
    const raw = parseS3Uri(this.outputs.zones.raw).bucket;
    const watch = new IdWatch(this.clients.s3, raw, FOLDER);
    let back = 0;
    for (let redrives = 0; ; redrives++) {
      await this.waitForRaw(watch, expected.size);
      this.options.say(`${this.seconds()} s: ${watch.ids.size} of ${expected.size} events in raw`);
      if (watch.ids.size >= expected.size || redrives === REDRIVES) break;
      const report = await this.redrive();
      this.options.say(`${this.seconds()} s: ${report.back} put back`);
      back += report.back;
    }
    this.tell("rows in raw, repeated ones too", watch.rows);
    this.hold("  events missing in raw", expected.size - watch.ids.size, 0);
    return back;
  }

  private async waitForRaw(watch: IdWatch, wanted: number): Promise<void> {
    for (let known = -1, since = Date.now(); ; await sleep(500)) {
      await watch.look();
      if (watch.ids.size >= wanted || Date.now() > since + this.options.quietSeconds * 1000) return;
      if (watch.rows > known) [known, since] = [watch.rows, Date.now()];
    }
  }

  /** As its role does. */
  private async redrive(): Promise<RedriveReport> {
    const { s3, kinesis } = await this.clients.assume(this.outputs.roles.redriver, "proof");
    const names = new Names({ project: "naru", stack: "local", ...this.identity() });
    const stack: RedriveStack = {
      ...{ s3, kinesis, places: placesOf(names, [this.dataSet], [DATA_SET]) },
      streams: new Map([
        [DATA_SET, { name: this.outputs.streams[DATA_SET]!, spec: functionSpec(this.dataSet) }],
      ]),
    };
    return redriveIn(stack, { stack: "local" });
  }

  private identity() {
    const { accountId, region } = this.cloud.endpoints;
    return { accountId, region };
  }

  private async compareStores(expected: ReadonlySet<string>): Promise<void> {
    if (this.options.curate) {
      await runSparkWorkflow(this.clients, this.outputs);
      this.options.say(`${this.seconds()} s: Spark has curated`);
      const curated = parseS3Uri(this.outputs.zones.curated).bucket;
      this.compare("curated", expected, await idsBelow(this.clients.s3, curated, FOLDER));
    }
    const database = await StackDatabase.open(this.cloud.endpoints, this.outputs.database!);
    try {
      this.compare("the database", expected, await database.ids(DATA_SET));
    } finally {
      await database.close();
    }
  }

  /** Ids are counted, never told. */
  private compare(where: string, expected: ReadonlySet<string>, found: readonly string[]): void {
    const there = new Set(found);
    this.tell(`rows in ${where}`, found.length);
    this.hold("  missing", [...expected].filter((id) => !there.has(id)).length, 0);
    this.hold("  of no event", [...there].filter((id) => !expected.has(id)).length, 0);
    this.hold("  twice", found.length - there.size, 0);
  }

  private async compareKept(poison: readonly Buffer[]): Promise<void> {
    const { readErrorOutput, readGivenUpBatch, readRefusedRecords } = READERS;
    const raw = parseS3Uri(this.outputs.zones.raw).bucket;
    const failures = parseS3Uri(this.outputs.database!.failures!).bucket;
    const { s3 } = this.clients;
    const places = {
      delivery: await keptBelow(s3, raw, { [`${ERRORS_PREFIX}${FOLDER}`]: readErrorOutput }),
      "the database": await keptBelow(s3, failures, {
        [refusedPrefix(this.dataSet)]: readRefusedRecords,
        [GIVEN_UP_PREFIX]: readGivenUpBatch,
      }),
    };
    const digests = poison.map(digestOf);
    for (const [where, { records, lines, reasons }] of Object.entries(places)) {
      this.tell(`kept of ${where}, repeated ones too`, lines);
      this.hold("  bad records missing", digests.filter((each) => !records.has(each)).length, 0);
      this.hold(
        "  good records among them",
        [...records].filter((each) => !digests.includes(each)).length,
        0,
      );
      this.tell("  different reasons", Object.keys(reasons).length);
    }
  }

  private seconds(): string {
    return ((Date.now() - this.began) / 1000).toFixed(0);
  }

  private tell(what: string, value: string | number): void {
    this.rows.push([what, value]);
  }

  /** Tells a number that must be another. */
  private hold(what: string, value: number, wanted: number): void {
    const holds = value === wanted;
    this.faultless &&= holds;
    this.tell(holds ? what : `${what} <-- must be ${wanted}`, value);
  }
}

/** Some among many, each in the middle of its part of them. */
function spread<T>(some: readonly T[], many: readonly T[]): T[] {
  const step = many.length / some.length;
  const part = (from: number, to: number) => many.slice(Math.round(from * step), Math.round(to * step));
  return some.flatMap((one, at) => [...part(at, at + 0.5), one, ...part(at + 0.5, at + 1)]);
}
