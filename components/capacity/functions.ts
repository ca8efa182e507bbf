/** How long the stream's functions take: what is measured, and what is estimated, apart. */
import type { DatabaseDefinition } from "../database";

export interface Duration {
  /** Milliseconds of a call, whatever it holds. */
  readonly callMs: number;
  /** Milliseconds for each event of it. */
  readonly eventMs: number;
  /** Where the two come from. */
  readonly basis: string;
}

/** A function of 1,769 MB has one processor (Lambda quotas); a smaller one its share. */
const PROCESSOR_MB = 1769;

/** Milliseconds of processor an event (95 %), `npm run bench:functions`, AMD EPYC, Node.js 20, 2026-11. */
const MEASURED = { collector: 0.0213, pseudonymiser: 0.0123 };

/** Waiting for other services in a call, ms: an estimate, as nothing has run on AWS. */
const WAIT_MS = 30;

const basisOf = (memoryMb: number) =>
  `measured on one core and scaled to ${memoryMb} MB, and ${WAIT_MS} ms of waiting a call (estimated)`;

const ofMeasured = (milliseconds: number, memoryMb: number): Duration => ({
  callMs: WAIT_MS,
  eventMs: (milliseconds * PROCESSOR_MB) / memoryMb,
  basis: basisOf(memoryMb),
});

/** MB of the collector, and of the function that pseudonymises. */
export const COLLECTOR_MEMORY_MB = 512;
export const PSEUDONYMISER_MEMORY_MB = 1024;

export const COLLECTOR = ofMeasured(MEASURED.collector, COLLECTOR_MEMORY_MB);
export const PSEUDONYMISER = ofMeasured(MEASURED.pseudonymiser, PSEUDONYMISER_MEMORY_MB);

/** MB of events that Firehose gathers for a call of the function that pseudonymises. */
export const TRANSFORM_BATCH_MB = 1;

/**
 * `npm run naru -- test database`: 10,000 events in 3.6 s (PostgreSQL) and 5.4 s (MySQL), with the server away for 2.5 s of it,
 * on two cores: more than a server takes that is there, and no class of RDS.
 */
export function consumerOf({ engine }: DatabaseDefinition): Duration {
  const seconds = engine.endsWith("postgresql") ? 3.6 : 5.4;
  return {
    callMs: 0,
    eventMs: (seconds * 1000) / 10_000,
    basis: `measured with a local server, ${seconds} s for 10,000 events; no class of RDS has been tried`,
  };
}

/** Seconds of one call with so many events. */
export function secondsOf({ callMs, eventMs }: Duration, events: number): number {
  return (callMs + eventMs * events) / 1000;
}
