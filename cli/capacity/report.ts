/** Capacity as a person reads it. */
import {
  broken,
  headroom,
  type Limit,
  type RateOutlook,
  type Remedy,
  type StreamLoad,
} from "../../components/capacity";
import { priceOf, type StreamCost } from "../../components/cost";
import { plural } from "../plural";

export interface CapacityReport {
  readonly stack: string;
  readonly region: string;
  readonly streamCapacity: "on-demand" | number;
  /** Events a second that the contracts declare. */
  readonly declared: number;
  /** Events a second that the limits are for. */
  readonly eventsPerSecond: number;
  readonly streams: readonly (StreamLoad & { readonly eventsPerRequest: number })[];
  readonly limits: readonly Limit[];
  readonly outlook: readonly RateOutlook[];
  /** What Kinesis costs, at the rate and as it grows; empty in a region without known prices. */
  readonly costs: readonly StreamCost[];
}

const RAISED_BY: Readonly<Record<Remedy, string>> = {
  setting: "a setting",
  quota: "asking AWS",
  time: "growing slowly",
};

export function toldCapacity(report: CapacityReport): string[] {
  const { stack, region, streams, limits } = report;
  if (streams.length === 0) return [`${stack} (${region}) has no stream: no contract has ingestion stream.`];
  return [
    heading(report),
    ...streams.map(
      ({ id, eventsPerSecond, eventBytes, eventsPerRequest }) =>
        `  ${id}: ${amount(eventsPerSecond)} events/s of ${amount(eventBytes)} bytes, ${amount(eventsPerRequest)} in a request`,
    ),
    "",
    ...table(limits),
    "",
    ...verdict(report),
    "",
    "As the rate grows, all streams together:",
    ...report.outlook.map(outlookLine),
    "",
    ...costs(report),
    ...notes(limits),
  ];
}

function heading({ stack, region, streamCapacity, declared, eventsPerSecond }: CapacityReport): string {
  const streams = streamCapacity === "on-demand" ? "on demand" : plural(streamCapacity, "shard");
  const asked =
    eventsPerSecond === declared
      ? "as the contracts declare"
      : `asked; the contracts declare ${amount(declared)}`;
  return `${stack} (${region}), each stream ${streams}: ${amount(eventsPerSecond)} events/s, ${asked}`;
}

function table(limits: readonly Limit[]): string[] {
  const rows = [
    ["limit", "needed", "allowed", "unit", "headroom", "raised by"],
    ...limits.map((limit) => [
      limit.name,
      amount(limit.needed),
      amount(limit.allowed),
      limit.unit,
      `${amount(headroom(limit))} x`,
      RAISED_BY[limit.remedy],
    ]),
  ];
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  const numeric = [false, true, true, false, true, false];
  return rows.map((row) =>
    row
      .map((cell, column) =>
        numeric[column] ? cell.padStart(widths[column]!) : cell.padEnd(widths[column]!),
      )
      .join("  ")
      .trimEnd(),
  );
}

function verdict({ limits, eventsPerSecond }: CapacityReport): string[] {
  const wrong = broken(limits);
  const rate = `${amount(eventsPerSecond)} events/s`;
  if (wrong.length === 0) return [`HOLDS at ${rate}`];
  return [
    `BREAKS at ${rate}: ${plural(wrong.length, "limit")}, the first first`,
    ...wrong.map((limit) => `  - ${short(limit)}. ${limit.fix}`),
  ];
}

function outlookLine({ eventsPerSecond, broken: wrong }: RateOutlook): string {
  const rate = amount(eventsPerSecond).padStart(11);
  const [first, ...others] = wrong;
  if (first === undefined) return `${rate} events/s  holds`;
  const more = others.length === 0 ? "" : ` (and ${plural(others.length, "limit")} more)`;
  return `${rate} events/s  breaks first: ${short(first)}${more}. ${first.fix}`;
}

/** Kinesis alone: the rest of a stream's way costs the same in both modes. */
function costs({ costs: rows, region, stack }: CapacityReport): string[] {
  const [now, ...grown] = rows;
  if (now === undefined) return [`Kinesis's prices in ${region} are not known.`, ""];
  const sure = ["kinesis-shard", "kinesis-stream"].every((id) => priceOf(id).confirmed);
  return [
    `What Kinesis costs, USD a month at a steady rate${sure ? "" : ", prices unconfirmed"} (all services: naru cost ${stack}):`,
    ...(now.setUsd === null
      ? []
      : [`  as set, at ${amount(now.eventsPerSecond)} events/s: ${dollars(now.setUsd)}`]),
    ...[now, ...grown].map(costLine),
    "",
  ];
}

function costLine({ eventsPerSecond, onDemandUsd, provisionedUsd, shards, cheaper }: StreamCost): string {
  const rate = amount(eventsPerSecond).padStart(11);
  const modes = `on demand ${dollars(onDemandUsd)}, ${amount(shards)} ${shards === 1 ? "shard" : "shards"} ${dollars(provisionedUsd)}`;
  return `${rate} events/s: ${modes}; ${cheaper === "provisioned" ? "shards are" : "on demand is"} cheaper`;
}

function dollars(usd: number): string {
  return usd.toLocaleString("en-US", { maximumFractionDigits: usd < 100 ? 2 : 0 });
}

function short({ name, needed, allowed, unit }: Limit): string {
  return `${name}: ${amount(needed)} of ${amount(allowed)} ${unit}`;
}

/** Which numbers stand behind the limits, and how sure they are. */
function notes(limits: readonly Limit[]): string[] {
  const bases = limits.flatMap(({ name, basis = "" }) => (basis === "" ? [] : [`  ${name}: ${basis}`]));
  const quotas = [...new Set(limits.map(({ quota }) => quota))];
  return [
    ...(bases.length === 0 ? [] : ["Durations:", ...bases]),
    "Quotas, AWS's pages as of 2026-11; your account may have others (Service Quotas tells):",
    ...quotas.flatMap(({ name, source, unconfirmed }) => [
      `  ${name === null ? "" : `${name}: `}${source}`,
      ...(unconfirmed === null ? [] : [`    unconfirmed: ${unconfirmed}`]),
    ]),
  ];
}

/** Two digits that count below ten, and none after the point above. */
function amount(value: number): string {
  if (!Number.isFinite(value)) return "∞";
  return value.toLocaleString(
    "en-US",
    value < 10 ? { maximumSignificantDigits: 2 } : { maximumFractionDigits: 0 },
  );
}
