/** One sample of everything the example contracts describe, the same for the same arguments, with the totals to expect. */
import { makeCourses, makeEnrolments } from "./courses";
import { makeFiles, type FileTotals, type SampleFile } from "./files";
import { makeMusic } from "./music";
import { People, type Person } from "./people";
import { Random } from "./random";
import {
  makePoison,
  makeRequests,
  type Malformation,
  MALFORMATIONS,
  type PoisonRecord,
  type SampleEvent,
} from "./requests";

export interface SampleArgs {
  /** @default 20261121 */
  readonly seed?: number;
  /** Students, from 30 to 200,000. @default 200 */
  readonly students?: number;
  /** Distinct valid events, from 100 to 1,000,000. @default as many as students, and at least 2000 */
  readonly events?: number;
  /** The middle one of the three days of the events in Asia/Seoul, `YYYY-MM-DD`. @default "2026-11-19" */
  readonly day?: string;
}

/** Totals of `lms.requests`; `sent = accepted + refused` and `accepted = distinct + duplicates`. */
export interface RequestTotals {
  /** Events for the collector. Poison records are not among them. */
  readonly sent: number;
  readonly accepted: number;
  readonly refused: number;
  /** Refused events by what is wrong with them. */
  readonly malformed: Readonly<Record<Malformation, number>>;
  /** Accepted events without their repetitions: rows of the curated table. */
  readonly distinct: number;
  readonly duplicates: number;
  /** Distinct events that belong to days before the sample's three. */
  readonly late: number;
  /** Records put on the stream past the collector, which the transform must fail. */
  readonly poison: number;
  /** Rows of the raw table by `dt`, repetitions among them. */
  readonly landedByDate: Readonly<Record<string, number>>;
  /** Rows of the curated table by `dt`. */
  readonly distinctByDate: Readonly<Record<string, number>>;
}

export interface Sample {
  readonly seed: number;
  /** Everybody whose values are in the sample, those of spoilt rows too. */
  readonly people: readonly Person[];
  readonly files: readonly SampleFile[];
  /** Bodies for `POST /v1/events/lms/requests`, in the order to send. */
  readonly events: readonly SampleEvent[];
  /** For PutRecord on the stream of `lms.requests`. */
  readonly poison: readonly PoisonRecord[];
  readonly expected: {
    readonly requests: RequestTotals;
    /** By data set id. */
    readonly files: Readonly<Record<string, FileTotals>>;
  };
}

const TERMS = { current: "2026-2", previous: "2026-1" };
const ACADEMIC_YEAR = 2026;
const ARTISTS = 40;

/**
 * Names are of syllables that leave room for 324,000 people, and near the end each takes long to find. All of a sample is
 * in memory: a million events are about 2 GB.
 */
export const SAMPLE_LIMITS = {
  // Of fewer, the spoilt rows are a larger share than the contracts let through.
  students: { least: 30, most: 200_000 },
  events: { least: 100, most: 1_000_000 },
} as const;

const LEAST_EVENTS_BY_DEFAULT = 2000;

/** @throws RangeError when an argument is out of its range, naming it. */
export function generateSample({
  seed = 20261121,
  students: studentCount = 200,
  events: eventCount = Math.max(LEAST_EVENTS_BY_DEFAULT, studentCount),
  day = "2026-11-19",
}: SampleArgs = {}): Sample {
  within("students", studentCount);
  within("events", eventCount);
  const random = new Random(seed);
  const people = new People(random, ACADEMIC_YEAR);
  const students = Array.from({ length: studentCount }, () => people.next());
  const spoilt = [people.next(), people.next(), people.next()] as const;
  const courses = makeCourses(random, TERMS);
  const enrolments = makeEnrolments(random, students, courses, TERMS);
  const requests = {
    students,
    courses,
    enrolments: enrolments.filter(({ term }) => term === TERMS.current),
    day,
    count: eventCount,
  };
  const events = makeRequests(random, requests);
  const poison = makePoison(random, requests);
  const music = makeMusic(random, ARTISTS);
  const files = makeFiles({ students, spoilt, courses, enrolments, music, dt: day });
  return {
    seed,
    people: [...students, ...spoilt],
    files,
    events,
    poison,
    expected: {
      requests: { ...totals(events), poison: poison.length },
      files: Object.fromEntries(files.map(({ dataSet, totals }) => [dataSet, totals])),
    },
  };
}

function within(name: keyof typeof SAMPLE_LIMITS, value: number): void {
  const { least, most } = SAMPLE_LIMITS[name];
  if (!Number.isInteger(value) || value < least || value > most) {
    throw new RangeError(`${name}: is ${value}; use an integer from ${least} to ${most}`);
  }
}

function totals(events: readonly SampleEvent[]): Omit<RequestTotals, "poison"> {
  const kinds = Object.keys(MALFORMATIONS) as Malformation[];
  const count = (wanted: (event: SampleEvent) => boolean) => events.filter(wanted).length;
  const malformed = Object.fromEntries(kinds.map((kind) => [kind, count(({ verdict }) => verdict === kind)]));
  const accepted = events.filter(({ dt }) => dt !== null);
  const distinct = accepted.filter(({ verdict }) => verdict !== "duplicate");
  return {
    sent: events.length,
    accepted: accepted.length,
    refused: events.length - accepted.length,
    malformed: malformed as Record<Malformation, number>,
    distinct: distinct.length,
    duplicates: accepted.length - distinct.length,
    late: count(({ verdict }) => verdict === "late"),
    landedByDate: byDate(accepted),
    distinctByDate: byDate(distinct),
  };
}

function byDate(events: readonly SampleEvent[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { dt } of events) if (dt !== null) counts[dt] = (counts[dt] ?? 0) + 1;
  return Object.fromEntries(Object.entries(counts).sort());
}
