/** The data that is shipped: visits of pages, eight columns of CSV, three of them personal, in order of time. */
import { closeSync, openSync, writeSync } from "node:fs";
import { Random } from "../../samples/random";
import { copied, LONGEST_PERSON, MOST_PEOPLE, writeFour, writePerson } from "./people";

/** `distinct`: every row is another person. `events`: each person stands there 20 times or more, in sessions. */
export const SHAPES = ["distinct", "events"] as const;
export type Shape = (typeof SHAPES)[number];

export interface Visits {
  readonly rows: number;
  readonly bytes: number;
  /** The personal values of some rows, as they stand in the file. */
  readonly people: readonly Personal[];
}

export interface Personal {
  readonly userId: string;
  readonly email: string;
  readonly phone: string;
}

const HEADER = "occurred_at,user_id,email,phone,page,course_id,score,duration_ms\n";
const FLUSH_BYTES = 4 * 1024 * 1024;
/** Room for one row behind the last flush. */
const LONGEST_ROW = 256;
/** A row in so many is remembered. */
const REMEMBERED = 50_000;

/** A day of visits is half a gigabyte at about 115 bytes a row. */
const ROWS_A_DAY = 4_350_000;
const MEAN_GAP_MS = 86_400_000 / ROWS_A_DAY;
/** A Monday, 09:00 in Seoul: every file crosses midnight once a half gigabyte. */
const START_MS = Date.UTC(2026, 10, 2, 0);
const SEOUL_MS = 9 * 3_600_000;

/** People who are active at a time. */
const WINDOW = 5_000;
const LEAST_EVENTS = 20;
const MOST_EVENTS = 60;
/** Sessions of one person: with 40 events each, a person has 160 in a file. */
const SESSIONS = 4;

const PAGES = 200;
const COURSES = 2_000;
const COMMA = 0x2c;
const DOT = 0x2e;
const NEWLINE = 0x0a;
const ZERO = 0x30;

/**
 * Writes about `bytes` bytes; the same for the same arguments on every machine.
 * @throws RangeError when every row should be another person and there are not enough.
 */
export function writeVisits(file: string, shape: Shape, bytes: number, seed = 1): Visits {
  const random = new Random(seed);
  const rowsAbout = Math.ceil(bytes / 100);
  if (shape === "distinct" && rowsAbout > MOST_PEOPLE) {
    throw new RangeError(`${bytes} bytes need more than ${MOST_PEOPLE} people; write less than 10 GB`);
  }
  const writePersonal = shape === "distinct" ? everyRowAnother() : sessions(random, rowsAbout);
  const writeTime = clock(random);
  const pages = texts(PAGES, (page) => pathOf(page, random));
  const courses = texts(COURSES, (course) => `${random.text("ABCEGHKLMPST", 3)}-${1000 + course * 4}`);
  const people: Personal[] = [];
  const buffer = Buffer.alloc(FLUSH_BYTES + LONGEST_ROW);
  const handle = openSync(file, "w", 0o600);
  try {
    let [rows, written, at] = [0, 0, buffer.write(HEADER, "latin1")];
    while (written + at < bytes) {
      const from = (at = writeTime(buffer, at));
      at = writePersonal(buffer, at, rows);
      if (rows % REMEMBERED === 0) people.push(personal(buffer.toString("latin1", from, at)));
      buffer[at++] = COMMA;
      at = copied(buffer, at, favoured(pages, random));
      buffer[at++] = COMMA;
      at = copied(buffer, at, favoured(courses, random));
      buffer[at++] = COMMA;
      at = writeScore(buffer, at, random.integer(0, 9_999));
      buffer[at++] = COMMA;
      // Mostly seconds, seldom an hour.
      at = writeWhole(buffer, at, Math.floor(3_600_000 * random.next() ** 6));
      buffer[at++] = NEWLINE;
      rows++;
      if (at >= FLUSH_BYTES) {
        written += flush(handle, buffer, at);
        at = 0;
      }
    }
    written += flush(handle, buffer, at);
    return { rows, bytes: written, people };
  } finally {
    closeSync(handle);
  }
}

type WriteField = (into: Buffer, at: number, row: number) => number;

function everyRowAnother(): WriteField {
  return (into, at, row) => writePerson(into, at, row);
}

/** Each row is of somebody in the window; whose session is over makes room for the next. */
function sessions(random: Random, rowsAbout: number): WriteField {
  const events = (LEAST_EVENTS + MOST_EVENTS) / 2;
  const people = Math.max(WINDOW, Math.ceil(rowsAbout / (events * SESSIONS)));
  const slots = Buffer.alloc(WINDOW * LONGEST_PERSON);
  const lengths = new Uint8Array(WINDOW);
  const left = new Uint8Array(WINDOW);
  return (into, at) => {
    const slot = random.integer(0, WINDOW - 1);
    const from = slot * LONGEST_PERSON;
    if (left[slot] === 0) {
      left[slot] = random.integer(LEAST_EVENTS, MOST_EVENTS);
      lengths[slot] = writePerson(slots, from, random.integer(0, people - 1)) - from;
    }
    left[slot]--;
    return copied(into, at, slots.subarray(from, from + lengths[slot]));
  };
}

/** Writes the time of the row after the one before, and a comma: ISO 8601 with Seoul's offset. */
function clock(random: Random): (into: Buffer, at: number) => number {
  let [now, second] = [START_MS, -1];
  let text = Buffer.alloc(0);
  const offset = Buffer.from("+09:00,", "latin1");
  return (into, at) => {
    now += 2 * MEAN_GAP_MS * random.next();
    const current = Math.floor(now / 1000);
    if (current !== second) {
      second = current;
      text = Buffer.from(new Date(current * 1000 + SEOUL_MS).toISOString().slice(0, 20), "latin1");
    }
    const milliseconds = Math.floor(now) % 1000;
    let end = copied(into, at, text);
    into[end++] = ZERO + Math.floor(milliseconds / 100);
    into[end++] = ZERO + (Math.floor(milliseconds / 10) % 10);
    into[end++] = ZERO + (milliseconds % 10);
    return copied(into, end, offset);
  };
}

function texts(count: number, text: (number: number) => string): Uint8Array[] {
  return Array.from({ length: count }, (_, number) => Buffer.from(text(number), "latin1"));
}

function pathOf(page: number, random: Random): string {
  return `/${random.pick(["lecture", "board", "quiz", "video", "notice"])}/${page + 100}`;
}

/** The first are asked for most. */
function favoured(list: readonly Uint8Array[], random: Random): Uint8Array {
  return list[Math.floor(list.length * random.next() ** 2)];
}

/** Hundredths as a number with two decimals. */
function writeScore(into: Buffer, at: number, hundredths: number): number {
  let end = writeWhole(into, at, Math.floor(hundredths / 100));
  into[end++] = DOT;
  into[end++] = ZERO + (Math.floor(hundredths / 10) % 10);
  into[end++] = ZERO + (hundredths % 10);
  return end;
}

function writeWhole(into: Buffer, at: number, number: number): number {
  if (number >= 10_000)
    return writeFour(into, writeWhole(into, at, Math.floor(number / 10_000)), number % 10_000);
  let divisor = 1;
  while (divisor * 10 <= number) divisor *= 10;
  let [end, rest] = [at, number];
  for (; divisor >= 1; divisor /= 10) {
    const digit = Math.floor(rest / divisor);
    into[end++] = ZERO + digit;
    rest -= digit * divisor;
  }
  return end;
}

function personal(fields: string): Personal {
  const [userId, email, phone] = fields.split(",");
  return { userId, email, phone };
}

function flush(handle: number, buffer: Buffer, length: number): number {
  let done = 0;
  while (done < length) done += writeSync(handle, buffer, done, length - done);
  return length;
}
