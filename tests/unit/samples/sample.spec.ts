import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { parse } from "csv-parse/sync";
import { canaries, generateSample, normalisedCanaries, writeSample } from "../../../samples";
import { decodeCp949, encodeCp949 } from "../../../components/contract/csv/cp949";
import { normalise } from "../../../functions/pseudonym/normalise";
import { People, type Person } from "../../../samples/people";
import { Random } from "../../../samples/random";

const sample = generateSample();
const { requests, files } = sample.expected;

const SYLLABLES = Array.from({ length: 11_172 }, (_, i) => String.fromCharCode(0xac00 + i));

const text = (dataSet: string): string => {
  const file = sample.files.find((candidate) => candidate.dataSet === dataSet);
  if (file === undefined) throw new Error(`no file of ${dataSet}`);
  return file.encoding === "cp949" ? decodeCp949(file.content) : file.content.toString("utf8");
};

const rows = (dataSet: string): Record<string, string>[] => parse(text(dataSet), { columns: true });

describe("Random", () => {
  it("gives the published first numbers of mulberry32", () => {
    // From the reference implementation with seed 1.
    const random = new Random(1);
    expect([random.next(), random.next(), random.next()].map((value) => value.toFixed(6))).to.deep.equal([
      "0.627074",
      "0.002736",
      "0.527447",
    ]);
  });
});

describe("sample", () => {
  it("is the same for the same seed, and another for another", () => {
    const bytes = (seed?: number) => JSON.stringify(generateSample({ seed }));
    expect(bytes()).to.equal(JSON.stringify(sample));
    expect(bytes(1)).not.to.equal(bytes());
  });

  it("has the sizes asked for", () => {
    const small = generateSample({ students: 30, events: 100 });
    expect(small.people).to.have.length(33);
    expect(small.expected.requests.distinct).to.equal(100);
    expect(() => generateSample({ students: 29 })).to.throw(
      RangeError,
      "students: is 29; use an integer from 30",
    );
    expect(() => generateSample({ events: 99.5 })).to.throw(
      RangeError,
      "events: is 99.5; use an integer from 100 to 1000000",
    );
    expect(() => generateSample({ students: 200_001 })).to.throw(RangeError, "students: is 200001");
  });

  it("has as many events as people, and at least 2000", () => {
    expect(generateSample({ students: 2500 }).expected.requests.distinct).to.equal(2500);
    expect(requests.distinct).to.equal(2000);
  });

  it("gives no two people one value, however it is written", () => {
    const people = new People(new Random(7), 2026);
    const crowd = Array.from({ length: 20_000 }, () => people.next());
    const distinct = (value: (person: Person) => string) => new Set(crowd.map(value)).size;
    expect(distinct(({ studentId }) => studentId)).to.equal(crowd.length);
    expect(distinct(({ name }) => name)).to.equal(crowd.length);
    expect(distinct(({ residentNumber }) => residentNumber)).to.equal(crowd.length);
    expect(distinct(({ phone }) => normalise("phone", phone))).to.equal(crowd.length);
    expect(distinct(({ email }) => normalise("email", email))).to.equal(crowd.length);
    expect(distinct(({ userId }) => userId)).to.equal(crowd.length);
    expect(distinct(({ ip }) => ip)).to.equal(crowd.length);
  });

  it("adds up", () => {
    expect(requests.sent)
      .to.equal(sample.events.length)
      .and.to.equal(requests.accepted + requests.refused);
    expect(requests.accepted).to.equal(requests.distinct + requests.duplicates);
    const sum = (counts: Readonly<Record<string, number>>) =>
      Object.values(counts).reduce((a, b) => a + b, 0);
    expect(sum(requests.landedByDate)).to.equal(requests.accepted);
    expect(sum(requests.distinctByDate)).to.equal(requests.distinct);
    expect(sum(requests.malformed)).to.equal(requests.refused);
    for (const { rows, curated, quarantined, duplicates } of Object.values(files)) {
      expect(rows).to.equal(curated + duplicates + sum(quarantined));
    }
  });

  it("has every kind of trouble", () => {
    expect(requests).to.include({ distinct: 2000, duplicates: 20, late: 40, refused: 20, poison: 5 });
    expect(Object.values(requests.malformed).every((count) => count > 0)).to.equal(true);
    const ids = sample.events.flatMap(({ verdict, body }) =>
      verdict === "duplicate" ? [(body as { id: string }).id] : [],
    );
    for (const id of ids) {
      const same = sample.events.filter(({ dt, body }) => dt !== null && (body as { id: string }).id === id);
      expect(new Set(same.map(({ body }) => JSON.stringify(body))).size).to.equal(1);
      expect(same.length).to.be.greaterThan(1);
    }
  });

  it("has events right at midnight in Seoul on each of its days", () => {
    const times = sample.events.map(({ body }) =>
      Date.parse((body as { occurred_at?: string }).occurred_at ?? ""),
    );
    for (const midnight of ["2026-11-17T15:00:00Z", "2026-11-18T15:00:00Z", "2026-11-19T15:00:00Z"].map(
      Date.parse,
    )) {
      expect(times).to.include(midnight);
      expect(times).to.include(midnight + 86_400_000 - 1);
    }
  });
});

describe("sample files", () => {
  it("hold the rows that are promised", () => {
    for (const { dataSet, totals } of sample.files)
      expect(rows(dataSet), dataSet).to.have.length(totals.rows);
  });

  it("students are CP949 with Korean headers, spoilt as told", () => {
    const students = rows("sis.students");
    expect(Object.keys(students[0]).join()).to.equal(
      "학번,이름,주민등록번호,휴대전화,이메일,학과,학년,입학연도,사용자ID",
    );
    expect(students.filter((row) => row["학년"] === "9")).to.have.length(1);
    expect(students.filter((row) => row["학년"] === "삼")).to.have.length(1);
    expect(students.filter((row) => row["학번"] === "")).to.have.length(1);
    expect(new Set(students.map((row) => row["학번"])).size).to.equal(students.length - 1);
    for (const row of students) {
      const number = row["주민등록번호"];
      expect(number).to.match(/^\d{6}-[1-4]\d{6}$/);
      const date = `${number[7] < "3" ? 19 : 20}${number.slice(0, 2)}-${number.slice(2, 4)}-${number.slice(4, 6)}`;
      expect(new Date(`${date}T00:00:00Z`).toISOString().slice(0, 10)).to.equal(date);
    }
  });

  it("join: enrolments to students and courses, requests to students", () => {
    const ids = new Set(rows("sis.students").map((row) => row["학번"]));
    const courses = new Set(rows("lms.courses").map(({ course_id }) => course_id));
    for (const { student_id, course_id } of rows("sis.enrolments")) {
      expect(ids.has(student_id) && courses.has(course_id)).to.equal(true);
    }
    const users = new Set(rows("sis.students").map((row) => row["사용자ID"]));
    for (const { dt, body } of sample.events) {
      if (dt !== null) expect(users.has((body as { user_id: string }).user_id.toUpperCase())).to.equal(true);
    }
  });

  it("acousticness heaps up near 0, danceability is symmetric", () => {
    const features = rows("music.audio_features");
    const spread = (name: string) => {
      const values = features.map((row) => Number(row[name])).sort((a, b) => a - b);
      const mean = values.reduce((a, b) => a + b, 0) / values.length;
      return { mean, median: values[values.length / 2] };
    };
    expect(spread("acousticness").mean).to.be.greaterThan(2 * spread("acousticness").median);
    expect(spread("danceability").mean).to.be.closeTo(spread("danceability").median, 0.02);
  });

  it("are written in the landing layout", () => {
    const folder = mkdtempSync(join(tmpdir(), "naru-sample-"));
    try {
      const paths = writeSample(folder, sample);
      expect(paths.map((path) => path.slice(folder.length + 1))).to.include(
        "sis/students/dt=2026-11-19/students.csv",
      );
      expect(paths.map((path) => readFileSync(path))).to.deep.equal(
        sample.files.map(({ content }) => content),
      );
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe("CP949", () => {
  it("writes every Hangul syllable as Python's cp949 codec does, also those that KS X 1001 lacks", () => {
    // hashlib.sha256("".join(map(chr, range(0xAC00, 0xD7A4))).encode("cp949")).hexdigest()
    expect(
      createHash("sha256")
        .update(encodeCp949(SYLLABLES.join("")))
        .digest("hex"),
    ).to.equal("9d355925bccc44ae41885b4e53eb25cf5f2f5f52000c586e3b8cd938791447bd");
  });

  it("reads what it writes", () => {
    const text = `a,1\r\n${SYLLABLES.join("")}漢字、①㈜`;
    expect(decodeCp949(encodeCp949(text))).to.equal(text);
  });

  for (const [bytes, at] of [
    [[0x61, 0xff, 0x41], 1],
    [[0xb0, 0xa1, 0xb0], 2],
    [[0xc9, 0x41], 0],
    [[0x80], 0],
  ] as [number[], number][]) {
    it(`refuses bytes ${bytes.map((byte) => byte.toString(16)).join(" ")}`, () => {
      expect(() => decodeCp949(Buffer.from(bytes))).to.throw(RangeError, `byte ${at} begins no character`);
    });
  }

  it("names the character that CP949 lacks", () => {
    expect(() => encodeCp949("ok😀")).to.throw(RangeError, "U+1f600 is not in CP949");
  });
});

describe("canaries", () => {
  it("are many, long, and of one person each", () => {
    const values = canaries(sample);
    expect(values.length).to.be.greaterThan(1200);
    for (const value of values) expect(Buffer.byteLength(value)).to.be.greaterThan(8);
    for (const value of canaries(sample, "files")) {
      const owners = sample.people.filter((person) => Object.values(person).includes(value));
      expect(owners).to.have.length(1);
    }
  });

  it("are all written where they are said to be", () => {
    const written = sample.files.map(({ dataSet }) => text(dataSet)).join("\n");
    for (const value of canaries(sample, "files")) expect(written.includes(value)).to.equal(true);
    const sent = sample.events.map(({ body }) => JSON.stringify(body)).join("\n");
    for (const value of canaries(sample, "events")) expect(sent.includes(value)).to.equal(true);
  });

  it("leave no personal value out", () => {
    const known = new Set(canaries(sample));
    for (const row of rows("sis.students")) {
      for (const header of ["학번", "이름", "주민등록번호", "휴대전화", "이메일", "사용자ID"]) {
        expect(row[header] === "" || known.has(row[header])).to.equal(true);
      }
    }
    for (const { body } of sample.events) {
      const event = body as Record<string, unknown>;
      for (const key of ["user_id", "email", "user_name", "remote_ip"]) {
        expect(event[key] === undefined || known.has(String(event[key]))).to.equal(true);
      }
    }
    const normalised = normalisedCanaries(sample);
    expect(normalised.length).to.be.greaterThan(200);
    expect(normalised.some((value) => known.has(value))).to.equal(false);
  });
});
