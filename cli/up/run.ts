/** What a run of the main job has learnt so far; each step adds its part. */
import type { Engine } from "../../local/engine/binary";
import type { EngineStack } from "../../local/engine/workspace";
import type { LocalCloud } from "../../local/local-cloud";
import type { CloudClients } from "../../local/endpoints";
import type { PlatformOutputs } from "../../local/pipeline/outputs";
import type { Sample } from "../../samples";
import type { LeakProof } from "../../local/proof/leaks";
import type { SocketWatch } from "../../local/proof/sockets";
import type { RunReport } from "../../local/report";
import type { ServedDashboards } from "../../dashboards";
import type { OwnCsv } from "./own-csv";

export interface UpOptions {
  /** End after the run. @default false */
  readonly once?: boolean;
  /** A CSV file of the person's own. */
  readonly csv?: string;
  /** Its contract. @default a proposed one */
  readonly contract?: string;
  /** Students of the sample, 30 to 200,000. @default 200 */
  readonly people?: string;
  /** Distinct valid events of the sample, 100 to 1,000,000. @default as many as people, and at least 2000 */
  readonly events?: string;
  /** A Kafka cluster beside the streams, where the stack's file asks for none. @default false */
  readonly kafka?: boolean;
  /** Pulumi's own engine deploys, with the packs as its policy packs. @default false: this process does */
  readonly engine?: boolean;
  /** Print the report and nothing else. @default false */
  readonly json?: boolean;
}

/** Filled in from top to bottom; a step reads only what earlier steps wrote. */
export interface Run {
  readonly options: UpOptions;
  readonly report: RunReport;
  /** Watches from the start. */
  readonly sockets: SocketWatch;
  sample?: Sample;
  ownCsv?: OwnCsv;
  /** Where the engine deploys. */
  engine?: Engine;
  stack?: EngineStack;
  cloud?: LocalCloud;
  clients?: CloudClients;
  outputs?: PlatformOutputs;
  dashboard?: ServedDashboards;
  /** Holds key material; in memory only. */
  leakProof?: LeakProof;
}

/** What earlier steps are sure to have written. */
export type Deployed = Run & Required<Pick<Run, "sample" | "cloud" | "clients" | "outputs">>;

/** A step of the main job, as the person sees it. */
export interface Step {
  readonly title: string;
  /** Does the work; `say` shows progress, `note` leaves a line below the finished step. */
  run(run: Run, output: StepOutput): Promise<void>;
}

export interface StepOutput {
  /** Replaces the line of progress. */
  say(text: string): void;
  /** Stands below the step for good. */
  note(text: string): void;
}
