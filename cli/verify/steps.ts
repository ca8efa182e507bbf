/** What only an account can show, step by step; the same work and the same sums as `naru up local`. */
import { putRecords, sendEvents } from "../../local/pipeline/events";
import { waitForDelivery } from "../../local/pipeline/delivery";
import type { PlatformOutputs } from "../../local/pipeline/outputs";
import { lakeFacts } from "../../local/proof/lake";
import { generateSample } from "../../samples";
import { compilePolicies } from "../check";
import type { Deployed, Run, Step, StepOutput } from "../up/run";
import { sampleSize } from "../up/sample-size";
import { buildTables, runQueries, runSpark } from "../up/steps/analyse";
import { dropFiles, STREAM_SET } from "../up/steps/ingest";
import { countSums } from "../up/steps/prove";
import { clientsOf, leftovers, type Account } from "./account";
import type { Progress } from "./progress";
import { guardsHold } from "./guards";
import type { Pulumi } from "./pulumi";
import { toldPending } from "./standing";

export interface Verification {
  readonly stack: string;
  /** Value of the tag that everything of the stack carries. */
  readonly tag: string;
  readonly account: Account;
  readonly progress: Progress;
  readonly pulumi: Pulumi;
}

export interface VerifyStep {
  readonly id: string;
  readonly title: string;
  /** What happens, for `--dry-run`. */
  readonly what: string;
  /** A second time its sums could not be told. @default false */
  readonly once?: boolean;
  run(verification: Verification, output: StepOutput): Promise<void>;
}

/** Firehose may hold records for as long as the stack's buffer says, 300 s in dev; twice that, and as long to retry. */
const DELIVERY_WAIT_MS = 20 * 60_000;
const DELIVERY_POLL_MS = 15_000;
/** The Tagging API may tell of a resource for some minutes after it is gone. */
const LEFT_WAIT_MS = 10 * 60_000;
const LEFT_POLL_MS = 20_000;

export const STEPS: readonly VerifyStep[] = [
  {
    id: "deploy",
    title: "Deploy",
    what: "pulumi stack select --create, then pulumi up --yes, whose preview the policy pack judges: it costs from here on",
    run: async ({ pulumi }) => {
      await compilePolicies();
      await pulumi.select();
      await pulumi.up("--policy-pack", "policies");
    },
  },
  {
    id: "no-op",
    title: "A second update changes nothing",
    what: "pulumi up --expect-no-changes",
    run: async ({ pulumi }) => pulumi.up("--expect-no-changes"),
  },
  {
    id: "drop",
    title: "Sample files into landing",
    what: "CSV files of synthetic people, as the loader",
    run: pipeline(dropFiles),
  },
  {
    id: "events",
    once: true,
    title: "Sample events through the collector",
    what: "events to the API, broken records straight on the stream; waits until each landed or failed (up to 20 minutes)",
    run: pipeline({ title: "", run: ingest }),
  },
  {
    id: "spark",
    title: "The Step Functions run: curate, page views, master table",
    what: "starts the state machine and waits for its end; reads the run's report",
    run: pipeline(runSpark),
  },
  {
    id: "tables",
    title: "Athena CTAS as the transform role",
    what: "the saved statements, one by one",
    run: pipeline(buildTables),
  },
  {
    id: "queries",
    title: "Athena SQL as the analyst role",
    what: "the example queries, within the scan limit",
    run: pipeline(runQueries),
  },
  {
    id: "sums",
    title: "Sums agree at every stage",
    what: "sent, accepted, landed, curated: the same sums as here, with what the generator knows",
    run: pipeline(countSums),
  },
  {
    id: "snappy",
    title: "Every Parquet file of curated says SNAPPY in its footer",
    what: "reads curated and query results; the closed zone refuses whoever deploys, as it should",
    run: pipeline({ title: "", run: footers }),
  },
  {
    id: "guards",
    title: "Protections, as AWS tells them",
    what: "asks each service: public access, TLS, encryption of objects, keys' rotation, who is refused, logs, alarms, the trail, flow logs",
    run: async ({ account, pulumi }, output) => {
      const outputs = (await pulumi.outputs()) as PlatformOutputs;
      const { resources } = await pulumi.state();
      await guardsHold({ account, outputs, resources, clients: await clientsOf(account) }, output);
    },
  },
  {
    id: "destroy",
    title: "Destroy",
    what: "pulumi destroy --yes; the data goes with the stack",
    run: destroy,
  },
  {
    id: "left",
    title: "Nothing with the stack's tag is left",
    what: "the Resource Groups Tagging API, in the region and for what has none; keys that wait for deletion are told",
    run: nothingLeft,
  },
];

/** Steps that end the stack; they run whatever became of the others. */
export const ENDING: readonly string[] = ["destroy", "left"];

/** A step of the local run, against the account. */
function pipeline(step: Step): VerifyStep["run"] {
  return async ({ account, progress, pulumi }, output) => {
    const outputs = (await pulumi.outputs()) as PlatformOutputs;
    const sample = generateSample(sampleSize({}));
    const run = { options: {}, report: progress.report, sample, outputs, clients: await clientsOf(account) };
    await step.run(run as unknown as Run, output);
  };
}

async function ingest(run: Run, { say, note }: StepOutput): Promise<void> {
  const { sample, clients, outputs } = run as Deployed;
  const bodies = sample.events.map(({ body }) => body);
  const totals = await sendEvents(outputs, STREAM_SET, bodies);
  note(`sent ${totals.sent}, accepted ${totals.accepted}, refused ${totals.refused}`);
  const direct = sample.poison.map(({ data }, at) => ({ partitionKey: String(at), data }));
  await putRecords(clients.kinesis, outputs.streams[STREAM_SET]!, direct);
  const records = totals.accepted + direct.length;
  // Records that failed hold clear values: of people only the redriver reads them.
  const { s3: errorsAs } = await clients.assume(outputs.roles.redriver, "verify");
  const { landed, landedByDate, failed } = await waitForDelivery(
    clients.s3,
    outputs,
    STREAM_SET,
    records,
    (delivered) => say(`delivered ${delivered} of ${records}`),
    { waitMs: DELIVERY_WAIT_MS, pollMs: DELIVERY_POLL_MS, errorsAs },
  );
  run.report.events = { ...totals, direct: direct.length, landed, landedByDate, failed };
  note(`landed ${landed} rows; ${failed} records failed, kept in the closed error output`);
}

async function footers(run: Run, { note }: StepOutput): Promise<void> {
  const { clients, outputs } = run as Deployed;
  const { curated, queryResults } = outputs.zones;
  const facts = await lakeFacts(clients.s3, { curated, queryResults } as PlatformOutputs["zones"]);
  const wrong = Object.values(facts).flatMap(({ notSnappy }) => notSnappy);
  if (wrong.length > 0) throw new Error(`These files are not wholly SNAPPY:\n${wrong.join("\n")}`);
  if (facts.curated.parquetFiles === 0) throw new Error("curated holds no Parquet file at all");
  note(`${facts.curated.parquetFiles} files in curated, ${facts.curated.rows} rows`);
}

/** What was being made when Pulumi was killed is told before its state forgets it. */
async function destroy({ pulumi }: Verification, { note }: StepOutput): Promise<void> {
  const { pending } = await pulumi.state();
  if (pending.length > 0) {
    note(
      [
        "Pulumi was killed while it made these. Look whether they are there, and delete them:",
        ...toldPending(pending),
      ].join("\n"),
    );
  }
  await pulumi.destroy();
}

async function nothingLeft({ account, tag }: Verification, { say, note }: StepOutput): Promise<void> {
  for (const deadline = Date.now() + LEFT_WAIT_MS; ;) {
    const { left, keysThatWait } = await leftovers(account, tag);
    if (left.length === 0) {
      keysThatWait.forEach((arn) => note(`waits for its deletion: ${arn}`));
      return;
    }
    if (Date.now() > deadline) {
      throw new Error(`${left.length} resources carry the stack's tag still:\n${left.join("\n")}`);
    }
    say(`${left.length} are told of still`);
    await new Promise((resolve) => setTimeout(resolve, LEFT_POLL_MS));
  }
}
