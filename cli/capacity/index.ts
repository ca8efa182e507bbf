/** `naru capacity STACK`: what the contracts' rates need of a stack, and which limit breaks first. Asks nothing of AWS. */
import { resolve } from "node:path";
import {
  OUTLOOK_RATES,
  broken,
  declaredLoad,
  limitsOf,
  mostEventsPerRequest,
  outlook,
  scaledTo,
  totalRate,
  type CapacityArgs,
  type StreamLoad,
} from "../../components/capacity";
import { loadContracts } from "../../components/contract";
import { PRICED_REGION, streamCost, type StreamCost } from "../../components/cost";
import { parseSettings, type Settings } from "../../components/settings";
import { ROOT } from "../../local/paths";
import { readStackConfig, regionOf } from "../../local/recorder";
import { processOutput, type Output } from "../contract/output";
import { toldCapacity, type CapacityReport } from "./report";

export interface CapacityOptions {
  readonly stack: string;
  /** Of all streams together. @default what the contracts declare */
  readonly eventsPerSecond?: string;
  /** That senders gather for a request. @default as many as it takes */
  readonly eventsPerRequest?: string;
  /** Print limits and outlook as JSON. @default false */
  readonly json?: boolean;
  readonly output?: Output;
  /** The project. @default this checkout */
  readonly root?: string;
}

/** @returns 0 where every limit holds at the rate, 1 where one does not, 2 for what can't be asked. */
export async function capacity(options: CapacityOptions): Promise<number> {
  const { stack, json = false, output = processOutput, root = ROOT } = options;
  const wrong = [
    wrongNumber("--events-per-second", options.eventsPerSecond),
    wrongNumber("--events-per-request", options.eventsPerRequest),
  ].filter((problem) => problem !== undefined);
  for (const problem of wrong) output.err(`naru capacity: ${problem}`);
  if (wrong.length > 0) return 2;
  const report = reportOf(stack, root, options);
  output.out(json ? JSON.stringify(report, null, 2) : toldCapacity(report).join("\n"));
  return broken(report.limits).length > 0 ? 1 : 0;
}

function wrongNumber(option: string, text: string | undefined): string | undefined {
  if (text === undefined || /^[1-9]\d{0,8}$/.test(text)) return undefined;
  return `${option} is "${text}"; write a whole number from 1 to 999999999`;
}

function reportOf(stack: string, root: string, options: CapacityOptions): CapacityReport {
  const { values } = readStackConfig(root, stack);
  const region = regionOf(values);
  const settings = parseSettings(values);
  const contracts = loadContracts(settings.contracts.map((path) => resolve(root, path)));
  const declared = declaredLoad(contracts, settings);
  const { eventsPerSecond } = options;
  const streams = eventsPerSecond === undefined ? declared : scaledTo(declared, Number(eventsPerSecond));
  const asked = options.eventsPerRequest === undefined ? null : Number(options.eventsPerRequest);
  const args: CapacityArgs = { streams, settings, region, eventsPerRequest: asked };
  return {
    ...{ stack, region, streamCapacity: settings.streamCapacity, declared: totalRate(declared) },
    eventsPerSecond: totalRate(streams),
    streams: streams.map((stream) => ({
      ...stream,
      eventsPerRequest: Math.min(asked ?? Infinity, mostEventsPerRequest(stream)),
    })),
    limits: limitsOf(args),
    outlook: outlook(args),
    costs: region === PRICED_REGION && streams.length > 0 ? costsOf(streams, settings) : [],
  };
}

/** At the rate itself, then as it grows. */
function costsOf(streams: readonly StreamLoad[], settings: Settings): StreamCost[] {
  return [streams, ...OUTLOOK_RATES.map((rate) => scaledTo(streams, rate))].map((at) =>
    streamCost(at, settings),
  );
}
