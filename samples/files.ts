/** The sample's CSV files, as the school's systems drop them into the landing zone. */
import type { Course, Enrolment } from "./courses";
import { encodeCp949 } from "../components/contract/csv/cp949";
import { csvLines, type CsvValue } from "./csv";
import type { Music } from "./music";
import type { Person } from "./people";

/** What curation must find in a file. */
export interface FileTotals {
  /** Data rows in the file. */
  readonly rows: number;
  /** Rows left after quarantine, one for each primary key. */
  readonly curated: number;
  /** Bad rows by what is wrong with them. */
  readonly quarantined: Readonly<Record<string, number>>;
  /** Good rows that repeat the key of another. */
  readonly duplicates: number;
}

export interface SampleFile {
  /** Data set id. */
  readonly dataSet: string;
  /** Where it lies under the landing bucket's root. */
  readonly key: string;
  readonly encoding: "utf-8" | "cp949";
  readonly content: Buffer;
  readonly totals: FileTotals;
}

export interface FilesArgs {
  readonly students: readonly Person[];
  /** Three more people, whose rows are spoilt. */
  readonly spoilt: readonly [outOfRange: Person, notANumber: Person, keyless: Person];
  readonly courses: readonly Course[];
  readonly enrolments: readonly Enrolment[];
  readonly music: Music;
  /** Landing date, `YYYY-MM-DD`. */
  readonly dt: string;
}

/** One file for each CSV data set of the example contracts. */
export function makeFiles(args: FilesArgs): SampleFile[] {
  return [students(args), courses(args), enrolments(args), ...music(args)];
}

const STUDENT_HEADER = "학번,이름,주민등록번호,휴대전화,이메일,학과,학년,입학연도,사용자ID".split(",");

/** @param spoilt values that stand in the place of the person's own. */
function studentRow(person: Person, spoilt: Partial<Record<keyof Person, CsvValue>> = {}): CsvValue[] {
  const { studentId, name, residentNumber, phone, email, department, grade, admissionYear, userId } = {
    ...person,
    ...spoilt,
  };
  return [studentId, name, residentNumber, phone, email, department, grade, admissionYear, userId];
}

function students({ students, spoilt: [outOfRange, notANumber, keyless], dt }: FilesArgs): SampleFile {
  const good = students.map((person) => studentRow(person));
  const bad = [
    studentRow(outOfRange, { grade: 9 }),
    studentRow(notANumber, { grade: "삼" }),
    studentRow(keyless, { studentId: null }),
  ];
  const rows = [...good.slice(0, 5), ...bad, ...good.slice(5), good[0]];
  return file("sis.students", dt, STUDENT_HEADER, rows, "cp949", {
    curated: good.length,
    quarantined: { "grade out of range": 1, "grade not a number": 1, "student_id missing": 1 },
    duplicates: 1,
  });
}

function courses({ courses, dt }: FilesArgs): SampleFile {
  const header = ["course_id", "title", "department", "credits", "term"];
  const rows = courses.map(({ courseId, title, department, credits, term }) => [
    courseId,
    title,
    department,
    credits,
    term,
  ]);
  return file("lms.courses", dt, header, rows);
}

function enrolments({ enrolments, spoilt, courses, dt }: FilesArgs): SampleFile {
  const header = ["student_id", "course_id", "term", "grade_point"];
  const good: CsvValue[][] = enrolments.map(({ studentId, courseId, term, gradePoint }) => [
    studentId,
    courseId,
    term,
    gradePoint,
  ]);
  const bad = [spoilt[0].studentId, courses[0].courseId, courses[0].term, 4.7];
  return file("sis.enrolments", dt, header, [bad, ...good, good[0]], "utf-8", {
    curated: good.length,
    quarantined: { "grade_point out of range": 1 },
    duplicates: 1,
  });
}

function music({ music: { artists, tracks, features }, dt }: FilesArgs): SampleFile[] {
  return [
    table(
      "music.artists",
      dt,
      {
        artist_id: "artistId",
        name: "name",
        genre: "genre",
        popularity: "popularity",
        followers: "followers",
      },
      artists,
    ),
    table(
      "music.top_tracks",
      dt,
      {
        track_id: "trackId",
        artist_id: "artistId",
        name: "name",
        popularity: "popularity",
        release_date: "releaseDate",
      },
      tracks,
    ),
    table(
      "music.audio_features",
      dt,
      {
        track_id: "trackId",
        acousticness: "acousticness",
        danceability: "danceability",
        energy: "energy",
        tempo: "tempo",
      },
      features,
    ),
  ];
}

/** A file of rows as they are: header of each column to the property that fills it. */
function table<Row extends { readonly [Name in keyof Row]: CsvValue }>(
  dataSet: string,
  dt: string,
  columns: Readonly<Record<string, keyof Row>>,
  rows: readonly Row[],
): SampleFile {
  const properties = Object.values(columns);
  return file(
    dataSet,
    dt,
    Object.keys(columns),
    rows.map((row) => properties.map((property) => row[property])),
  );
}

function file(
  dataSet: string,
  dt: string,
  header: readonly string[],
  rows: readonly CsvValue[][],
  encoding: SampleFile["encoding"] = "utf-8",
  totals: Omit<FileTotals, "rows"> = { curated: rows.length, quarantined: {}, duplicates: 0 },
): SampleFile {
  const [domain, name] = dataSet.split(".");
  const encode = encoding === "cp949" ? encodeCp949 : (line: string) => Buffer.from(line, "utf8");
  return {
    dataSet,
    key: `${domain}/${name}/dt=${dt}/${name}.csv`,
    encoding,
    // Line by line: encoding 10^5 people's file as one text takes a gigabyte.
    content: Buffer.concat(csvLines(header, rows).map(encode)),
    totals: { rows: rows.length, ...totals },
  };
}
