/** Page requests of a learning system as its web server sends them: most good, some malformed, doubled or late. */
import type { Course, Enrolment } from "./courses";
import { encodeCp949 } from "../components/contract/csv/cp949";
import type { Person } from "./people";
import type { Random } from "./random";

/** An event in the form of the contract `lms.requests`. */
export interface RequestEvent {
  readonly id: string;
  /** ISO 8601 with `Z` or an offset. */
  readonly occurred_at: string;
  readonly user_id: string;
  readonly email: string;
  readonly user_name: string;
  readonly remote_ip: string;
  readonly course_id: string;
  readonly page: string;
  readonly http_method: string;
  readonly session_id: string;
  readonly duration_ms?: number;
}

/** What spoils an event, one thing each; the collector must refuse every one of them. */
export const MALFORMATIONS = {
  "missing id": ({ id: _, ...rest }) => rest,
  "missing user": ({ user_id: _, ...rest }) => rest,
  "duration as text": (event) => ({ ...event, duration_ms: "12초" }),
  "negative duration": (event) => ({ ...event, duration_ms: -1 }),
  "unknown method": (event) => ({ ...event, http_method: "BREW" }),
  "moment without offset": (event) => ({ ...event, occurred_at: event.occurred_at.slice(0, 19) }),
  "day that does not exist": (event) => ({ ...event, occurred_at: "2026-02-30T10:00:00+09:00" }),
  "key of no contract": (event) => ({ ...event, [event.email]: event.user_name }),
  "text instead of an object": (event) => `${event.user_name} ${event.email}`,
} as const satisfies Record<string, (event: RequestEvent) => unknown>;

export type Malformation = keyof typeof MALFORMATIONS;

/** `late`: days before the sample's days, sent with the others. */
export type Verdict = "valid" | "late" | "duplicate" | Malformation;

export interface SampleEvent {
  /** What is sent. */
  readonly body: unknown;
  readonly verdict: Verdict;
  /** `YYYY-MM-DD` in Asia/Seoul where the event belongs; `null` for malformed ones. */
  readonly dt: string | null;
}

export interface RequestsArgs {
  /** Those who ask, with their running courses. */
  readonly students: readonly Person[];
  readonly enrolments: readonly Enrolment[];
  readonly courses: readonly Course[];
  /** The middle one of three days, `YYYY-MM-DD`. */
  readonly day: string;
  /** Distinct valid events, late ones among them. */
  readonly count: number;
}

const DAY = 86_400_000;

/** Asia/Seoul has had no summer time since 1988. */
const SEOUL_OFFSET = 9 * 3_600_000;

/** The first and last moments of days in Seoul, as milliseconds of the day; in UTC both lie at 15:00. */
const MIDNIGHT_EDGES = [0, 1, DAY - 1, DAY - 1000];

const PAGES = [
  "",
  "/lectures/1",
  "/lectures/2",
  "/lectures/3",
  "/assignments",
  "/quizzes/1",
  "/board",
  "/grades",
];

const SHARE = { late: 0.02, duplicate: 0.01, malformed: 0.01, shouted: 0.05, noDuration: 0.03 };

/** Events in the order in which they are sent. */
export function makeRequests(random: Random, args: RequestsArgs): SampleEvent[] {
  const everyCourse = args.courses.map(({ courseId }) => courseId);
  const coursesOf = new Map<string, string[]>();
  for (const { studentId, courseId } of args.enrolments) {
    coursesOf.set(studentId, [...(coursesOf.get(studentId) ?? []), courseId]);
  }
  const sessions: Sessions = new Map();
  const make = (dt: string, timeOfDay: number): RequestEvent => {
    const person = random.pick(args.students);
    const courseId = random.pick(coursesOf.get(person.studentId) ?? everyCourse);
    return requestOf(random, sessions, person, courseId, dt, timeOfDay);
  };
  const valid = schedule(random, args).map(({ dt, timeOfDay, verdict }) => ({
    body: make(dt, timeOfDay),
    verdict,
    dt,
  }));
  const duplicates = random
    .choose(valid, Math.round(args.count * SHARE.duplicate))
    .map((event) => ({ ...event, verdict: "duplicate" as const }));
  const kinds = Object.keys(MALFORMATIONS) as Malformation[];
  const malformed = Array.from(
    { length: Math.max(kinds.length, Math.round(args.count * SHARE.malformed)) },
    (_, i) => {
      const verdict = kinds[i % kinds.length];
      return { body: MALFORMATIONS[verdict](make(args.day, random.integer(0, DAY - 1))), verdict, dt: null };
    },
  );
  return random.shuffled<SampleEvent>([...valid, ...duplicates, ...malformed]);
}

/** When each valid event happens: the edges of each day first, late ones next, the rest spread over the three days. */
function schedule(random: Random, { day, count }: RequestsArgs) {
  const days = [-1, 0, 1].map((offset) => shift(day, offset));
  const edges = days.flatMap((dt) =>
    MIDNIGHT_EDGES.map((timeOfDay) => ({ dt, timeOfDay, verdict: "valid" as const })),
  );
  const late = Array.from({ length: Math.round(count * SHARE.late) }, () => ({
    dt: shift(day, -random.integer(4, 7)),
    timeOfDay: random.integer(0, DAY - 1),
    verdict: "late" as const,
  }));
  const rest = Array.from({ length: Math.max(0, count - edges.length - late.length) }, () => ({
    dt: random.pick(days),
    timeOfDay: timeOfDay(random),
    verdict: "valid" as const,
  }));
  return [...edges, ...late, ...rest];
}

/** Most requests around two in the afternoon, few at night. */
function timeOfDay(random: Random): number {
  const hours = random.chance(0.1) ? random.next() * 24 : random.normal(14, 3.5);
  return Math.min(DAY - 1, Math.max(0, Math.floor(hours * 3_600_000)));
}

function shift(day: string, days: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + days * DAY).toISOString().slice(0, 10);
}

/** Session of each visit: a person's requests within the same three hours. */
type Sessions = Map<string, string>;
const SESSION = 3 * 3_600_000;

/** The visit's session; `fresh` becomes it when the visit is new. */
function sessionOf(sessions: Sessions, visit: string, fresh: string): string {
  const session = sessions.get(visit) ?? fresh;
  sessions.set(visit, session);
  return session;
}

function requestOf(
  random: Random,
  sessions: Sessions,
  person: Person,
  courseId: string,
  dt: string,
  timeOfDay: number,
): RequestEvent {
  const shouted = random.chance(SHARE.shouted);
  return {
    id: random.uuid(),
    occurred_at: spell(random, Date.parse(`${dt}T00:00:00Z`) + timeOfDay),
    user_id: shouted ? person.userId.toLowerCase() : person.userId,
    email: shouted ? person.email.toUpperCase() : person.email,
    user_name: person.name,
    remote_ip: person.ip,
    course_id: courseId,
    page: `/courses/${courseId}${random.pick(PAGES)}`,
    http_method: random.chance(0.9) ? "GET" : random.pick(["POST", "PUT", "DELETE"]),
    session_id: sessionOf(
      sessions,
      `${person.userId} ${dt} ${Math.floor(timeOfDay / SESSION)}`,
      random.uuid(),
    ),
    ...(random.chance(SHARE.noDuration) ? {} : { duration_ms: Math.round(10 ** (2 + 3.5 * random.next())) }),
  };
}

/** One moment, as clients write it: in UTC or with Seoul's offset. `local` is Seoul's clock as if it were UTC. */
function spell(random: Random, local: number): string {
  if (random.chance(0.5)) return new Date(local - SEOUL_OFFSET).toISOString();
  return new Date(local).toISOString().replace("Z", random.chance(0.9) ? "+09:00" : "+0900");
}

/** A record that goes to the stream past the collector, and why the transform must fail it. */
export interface PoisonRecord {
  readonly reason: string;
  readonly data: Buffer;
}

/** Five records that no collector saw, each with personal values in clear. */
export function makePoison(random: Random, { students, courses, day }: RequestsArgs): PoisonRecord[] {
  const sessions: Sessions = new Map();
  const make = () =>
    requestOf(random, sessions, random.pick(students), random.pick(courses).courseId, day, DAY / 2);
  const json = (value: unknown) => Buffer.from(JSON.stringify(value), "utf8");
  return [
    { reason: "JSON cut short", data: json(make()).subarray(0, -20) },
    { reason: "duration as text", data: json({ ...make(), duration_ms: "오래" }) },
    { reason: "user in a list", data: json({ ...make(), user_id: [make().user_id] }) },
    { reason: "list instead of an object", data: json([make()]) },
    { reason: "CP949 instead of UTF-8", data: encodeCp949(JSON.stringify(make())) },
  ];
}
