/** `naru cost STACK...`: what a stack costs a month before it is built, by component. Asks nothing of AWS. */
import { resolve } from "node:path";
import { declaredLoad, scaledTo, totalRate } from "../../components/capacity";
import { loadContracts } from "../../components/contract";
import { estimate, KRW_PER_USD, PRICED_REGION } from "../../components/cost";
import { parseSettings } from "../../components/settings";
import { ROOT } from "../../local/paths";
import { readStackConfig, recordProgram, regionOf, type RecordedResource } from "../../local/recorder";
import { processOutput, type Output } from "../contract/output";
import { partsOf } from "../plan/parts";
import { toldCost, type CostReport } from "./report";

export interface CostOptions {
  readonly stacks: readonly string[];
  /** Of all streams together. @default what the contracts declare */
  readonly eventsPerSecond?: string;
  /** That senders gather for a request. @default as many as it takes */
  readonly eventsPerRequest?: string;
  /** Won for a dollar. @default the rate of the price file */
  readonly krwPerUsd?: string;
  /** Print every item as JSON. @default false */
  readonly json?: boolean;
  readonly output?: Output;
  /** The project. @default this checkout */
  readonly root?: string;
}

/** @returns 0 when it could be reckoned, 2 for what can't be asked. */
export async function cost(options: CostOptions): Promise<number> {
  const { stacks, json = false, output = processOutput, root = ROOT } = options;
  const wrong = [
    wrongNumber(
      "--events-per-second",
      options.eventsPerSecond,
      /^(0|[1-9]\d{0,8})$/,
      "a whole number from 0 to 999999999",
    ),
    wrongNumber(
      "--events-per-request",
      options.eventsPerRequest,
      /^[1-9]\d{0,8}$/,
      "a whole number from 1 to 999999999",
    ),
    wrongNumber(
      "--krw-per-usd",
      options.krwPerUsd,
      /^[1-9]\d{0,4}(\.\d{1,4})?$/,
      "won for a dollar, such as 1400",
    ),
  ].filter((problem) => problem !== undefined);
  for (const problem of wrong) output.err(`naru cost: ${problem}`);
  if (wrong.length > 0) return 2;
  const reports: CostReport[] = [];
  for (const stack of stacks) reports.push(await reportOf(stack, root, options));
  output.out(
    json
      ? JSON.stringify(reports, null, 2)
      : reports.map((report) => toldCost(report).join("\n")).join("\n\n"),
  );
  return 0;
}

function wrongNumber(
  option: string,
  text: string | undefined,
  form: RegExp,
  write: string,
): string | undefined {
  return text === undefined || form.test(text) ? undefined : `${option} is "${text}"; write ${write}`;
}

/** @param recorded the stack's plan, where it is at hand already */
export async function reportOf(
  stack: string,
  root: string,
  options: Omit<CostOptions, "stacks">,
  recorded?: readonly RecordedResource[],
): Promise<CostReport> {
  const { values } = readStackConfig(root, stack);
  const settings = parseSettings(values);
  const contracts = loadContracts(settings.contracts.map((path) => resolve(root, path)));
  const declared = declaredLoad(contracts, settings);
  const { eventsPerSecond, eventsPerRequest, krwPerUsd } = options;
  const streams = eventsPerSecond === undefined ? declared : scaledTo(declared, Number(eventsPerSecond));
  const resources = recorded ?? (await recordProgram({ root, stack })).resources;
  const components = partsOf(resources).map(({ component, custom }) => ({
    name: component.name,
    resources: custom,
  }));
  return {
    ...{ stack, region: regionOf(values), pricedRegion: PRICED_REGION },
    ...{ eventsPerSecond: totalRate(streams), declared: totalRate(declared) },
    monthlyBudgetUsd: settings.stage === "local" ? null : settings.monthlyBudgetUsd,
    krwPerUsd:
      krwPerUsd === undefined
        ? KRW_PER_USD
        : { rate: Number(krwPerUsd), date: null, source: "--krw-per-usd" },
    ...estimate(components, {
      streams,
      eventsPerRequest: eventsPerRequest === undefined ? null : Number(eventsPerRequest),
      resources: components.flatMap((component) => component.resources),
    }),
  };
}
