/** Events for the proof of the stream that counts them, and the counts by a loop. */

/** In time, and behind whatever two batches of twenty minutes have seen. */
const JUST_LATE_MS = 5 * 60_000;
const TOO_LATE_MS = 60 * 60_000;
const MINUTE_MS = 60_000;
const BEGIN = Date.parse("2026-11-20T10:00:00Z");
/** Events a minute of the events' own time. */
const RATE = 100;
const COURSES = ["CS101", "CS102", "MA201", "PH110"] as const;

export interface Sample {
  /** Records as a producer writes them, in order. */
  readonly records: readonly Buffer[];
  /** `course minute` to events, of every event that is in time. */
  readonly counts: ReadonlyMap<string, number>;
  readonly good: number;
  readonly bad: number;
  readonly repeated: number;
  readonly tooLate: number;
  /** Newest moment, milliseconds since 1970. */
  readonly newest: number;
  /** Values that may stand nowhere but in the broker and in quarantine. */
  readonly personal: readonly string[];
}

/**
 * `size` good events, and beside them of each hundred two that come again, one that comes too late (after the first two hours) and
 * one that is broken. Two of each hundred are five minutes late, which is in time.
 */
export function sampleEvents(size: number): Sample {
  const records: Buffer[] = [];
  const counts = new Map<string, number>();
  let [bad, repeated, tooLate] = [0, 0, 0];
  const put = (id: string, at: number, course: string) => records.push(event(id, at, course));
  for (let index = 0; index < size; index++) {
    const now = BEGIN + Math.floor((index * MINUTE_MS) / RATE);
    const at = index % 50 === 7 ? now - JUST_LATE_MS : now;
    const course = COURSES[(index * 7) % COURSES.length]!;
    const id = `event-${String(index).padStart(7, "0")}`;
    put(id, at, course);
    const key = `${course} ${new Date(at - (at % MINUTE_MS)).toISOString()}`;
    counts.set(key, (counts.get(key) ?? 0) + 1);
    if (index % 50 === 11) {
      put(id, at, course);
      repeated++;
    }
    if (index % 100 === 23 && now - BEGIN > 2 * TOO_LATE_MS) {
      put(`late-${index}`, now - TOO_LATE_MS, course);
      tooLate++;
    }
    if (index % 100 === 42) {
      records.push(broken(index));
      bad++;
    }
  }
  return {
    ...{ records, counts, bad, repeated, tooLate },
    good: records.length - bad,
    newest: BEGIN + Math.floor(((size - 1) * MINUTE_MS) / RATE),
    personal: Array.from({ length: PEOPLE }, (_, number) => Object.values(person(number))).flat(),
  };
}

const PEOPLE = 200;

function person(number: number) {
  const text = String(number).padStart(5, "0");
  return {
    user_id: `PERSON-${text}`,
    email: `person${text}@example.ac.kr`,
    user_name: `홍길동${text}`,
    remote_ip: `198.51.${100 + Math.floor(number / 100)}.${(number % 100) + 100}`,
  };
}

function event(id: string, at: number, course: string): Buffer {
  return Buffer.from(
    JSON.stringify({
      id,
      occurred_at: new Date(at).toISOString(),
      ...person(Number(/\d+/.exec(id)![0]) % PEOPLE),
      course_id: course,
      page: "/lecture",
      http_method: "GET",
      session_id: "session-1",
      duration_ms: 1200,
    }),
  );
}

/** By turns no JSON, and against the contract. */
function broken(index: number): Buffer {
  const text = event(`bad-${index}`, BEGIN, "CS101").toString();
  return Buffer.from(index % 200 < 100 ? text.slice(0, -1) : text.replace('"GET"', '"TRACE"'));
}
