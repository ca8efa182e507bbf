import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { expect } from "chai";
import { ROOT } from "../../local/paths";
import { encodeCp949 } from "../../components/contract/csv/cp949";
import { FileEpochKeys, newKeyFile } from "../../shipper/keys/key-file";
import { pseudonym } from "../../functions/pseudonym/pseudonym";
import { Staging } from "../../shipper/run/staging";
import { ship } from "../../shipper/ship";
import { temporaryFolder } from "../unit/contract/temporary-folder";
import {
  checksums,
  filesUnder,
  person,
  refusal,
  request,
  rowsOf,
  STUDENT_HEADER,
  studentCsv,
  studentRow,
} from "./shipments";

describe("ship", () => {
  const folder = temporaryFolder();
  const numbers = (count: number) => Array.from({ length: count }, (_, n) => n);
  const key = () => {
    const file = folder.path("key.json");
    if (!existsSync(file)) newKeyFile(file);
    return file;
  };
  const out = (name = "out") => {
    mkdirSync(folder.path(name), { recursive: true });
    return folder.path(name);
  };

  it("writes the stored columns, with the pseudonyms that the functions make", async () => {
    const source = folder.write(
      "s.csv.gz",
      gzipSync(encodeCp949(studentCsv([0, 1].map((n) => studentRow(n))))),
    );
    const shipment = await ship(request(out(), key(), { sources: [source], epoch: 3 }));
    const keys = new FileEpochKeys(key());
    const expected = await Promise.all(
      [0, 1].map(async (n) => ({
        student_id: pseudonym(await keys.key("student-id", 3), "student-id", person(n).id),
        phone: pseudonym(await keys.key("phone", 3), "phone", person(n).phone),
        email: pseudonym(await keys.key("email", 3), "email", person(n).email),
        department: "컴퓨터공학과",
        grade: 1,
        admission_year: 2026,
        user_id: pseudonym(await keys.key("user-id", 3), "user-id", person(n).user),
        pseudonym_epoch: 3,
      })),
    );
    const rows = await rowsOf(out(), shipment);
    expect(rows).to.deep.equal(expected);
    expect(Object.keys(rows[0])).to.deep.equal(Object.keys(expected[0]));
    expect(shipment.manifest).to.deep.include({ epoch: 3, keyId: keys.id, tool: "0.0.0" });
    expect(shipment.manifest.rows).to.deep.equal({
      read: 2,
      written: 2,
      rejected: 0,
      rejectedByReason: {},
      writtenByDay: { "2026-11-20": 2 },
    });
    const { run } = shipment.manifest;
    expect(filesUnder(out())).to.deep.equal([
      `manifests/${run}/manifest.json`,
      `sis/students/dt=2026-11-20/${run}-000000.parquet`,
    ]);
    expect(JSON.parse(readFileSync(join(out(), `manifests/${run}/manifest.json`), "utf8"))).to.deep.equal(
      shipment.manifest,
    );
  });

  it("hashes repeated and distinct values alike", async () => {
    const rows = numbers(40).map((n) => studentRow(n < 20 ? n : 20));
    const source = folder.write("s.csv", studentCsv(rows));
    const whole = await rowsOf(out(), await ship(request(out(), key(), { sources: [source] })));
    const cut = await ship(request(out("cut"), key(), { sources: [source], chunkBytes: 400 }));
    expect(cut.manifest.files.length).to.be.within(5, 15);
    expect(await rowsOf(out("cut"), cut)).to.deep.equal(whole);
    expect(new Set(whole.map(({ student_id }) => student_id)).size).to.equal(21);
  });

  it("lists bad rows by line and reason, without values", async () => {
    const rows = numbers(300).map((n) => studentRow(n));
    rows[4] = studentRow(4, "9");
    rows[6] = studentRow(6).replace("컴퓨터공학과", '"두 줄\r\n학과"');
    rows[7] = `${studentRow(7)},추가`;
    rows[8] = "";
    rows[9] = studentRow(9).replace("2026,user", "이천,user");
    rows[10] = studentRow(10).replace("user-", "u\u0301ser-");
    rows[11] = studentRow(11).replace("컴퓨터공학과", "학과\ufffd");
    const source = folder.write("s.csv", `\ufeff${studentCsv(rows)}`);
    const { manifest, rejects } = await ship(request(out(), key(), { sources: [source], chunkBytes: 2000 }));
    const told = readFileSync(rejects[0], "utf8")
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(told).to.deep.equal([
      { line: 6, reasons: ["grade:maximum"] },
      { line: 10, reasons: ["row:fields"] },
      { line: 12, reasons: ["admission_year:type"] },
      { line: 13, reasons: ["user_id:normalForm"] },
      { line: 14, reasons: ["department:encoding"] },
    ]);
    expect(manifest.rows).to.deep.include({ read: 299, written: 294, rejected: 5 });
    expect(manifest.rows.rejectedByReason["grade:maximum"]).to.equal(1);
  });

  it("publishes nothing when too many rows are bad; more can be allowed without a second conversion", async () => {
    const rows = numbers(300).map((n) => studentRow(n, n % 10 === 0 ? "0" : "1"));
    const wanted = request(out(), key(), { sources: [folder.write("s.csv", studentCsv(rows))] });
    const told = await refusal(wanted);
    expect(told).to.include("30 of 300 rows are bad, and 10 may be");
    expect(filesUnder(out()).filter((path) => /parquet|manifest/.test(path))).to.have.length(1);
    let converted = 0;
    const { manifest } = await ship({
      ...wanted,
      maxRejects: "10%",
      watch: { converted: () => converted++ },
    });
    expect([manifest.rows.written, converted]).to.deep.equal([270, 0]);
  });

  it("stops at the first chunk when columns are shifted", async () => {
    const rows = numbers(50).map((n) => studentRow(n).replace(",1,2026,", ",공학,학사,"));
    const told = await refusal(request(out(), key(), { sources: [folder.write("s.csv", studentCsv(rows))] }));
    expect(told).to.include("50 of 50 rows are bad").and.include("columns seem to be shifted");
    expect(told).not.to.include("공학");
  });

  it("does nothing when the same sources were shipped before", async () => {
    const wanted = request(out(), key(), { sources: [folder.write("s.csv", studentCsv([studentRow(1)]))] });
    const first = await ship(wanted);
    const before = checksums(out());
    const second = await ship(wanted);
    expect([first.new, second.new, second.manifest]).to.deep.equal([true, false, first.manifest]);
    expect(checksums(out())).to.deep.equal(before);
  });

  it("leaves what was shipped before when a later shipment fails", async () => {
    const one = folder.write("one.csv", studentCsv([studentRow(1)]));
    await ship(request(out(), key(), { sources: [one] }));
    const before = checksums(out());
    const two = folder.write("two.csv", `${studentCsv([studentRow(2)])}"open`);
    expect(await refusal(request(out(), key(), { sources: [two] }))).to.include("line 3 has a quote");
    const published = Object.entries(checksums(out())).filter(([path]) => !path.startsWith(".staging"));
    expect(Object.fromEntries(published)).to.deep.equal(before);
  });

  it("writes the same bytes with one lane and with two", async () => {
    const source = folder.write("s.csv", studentCsv(numbers(400).map((n) => studentRow(n % 90))));
    const sums = [];
    for (const lanes of [1, 2]) {
      await ship(request(out(`lanes${lanes}`), key(), { sources: [source], lanes, chunkBytes: 6000 }));
      sums.push(checksums(out(`lanes${lanes}`)));
    }
    expect(Object.keys(sums[0]).length).to.be.greaterThan(5);
    expect(sums[1]).to.deep.equal(sums[0]);
  });

  it("goes on after kill -9, twice, to the bytes of an undisturbed run", async () => {
    const rows = numbers(900).map((n) => studentRow(n, n % 200 === 7 ? "7" : "2"));
    const source = folder.write("s.csv", studentCsv(rows));
    const chunkBytes = 8000;
    await ship(request(out("calm"), key(), { sources: [source], chunkBytes }));
    const inClear = () => filesUnder(out()).filter((path) => /chunk-\d+-/.test(path));
    for (const after of [2, 3]) {
      const script = join(__dirname, "killed-run.ts");
      const args = [
        "-r",
        join(ROOT, "cli/typescript.js"),
        script,
        out(),
        key(),
        source,
        String(chunkBytes),
        String(after),
      ];
      const { signal, stderr } = spawnSync(process.execPath, args, { encoding: "utf8" });
      expect(signal, stderr).to.equal("SIGKILL");
      expect(inClear()).not.to.deep.equal([]);
    }
    let resumed = 0;
    const watch = { started: (_: number, chunks: number) => void (resumed = chunks) };
    await ship(request(out(), key(), { sources: [source], chunkBytes, watch }));
    expect(resumed).to.be.greaterThan(4);
    expect(inClear()).to.deep.equal([]);
    expect(checksums(out())).to.deep.equal(checksums(out("calm")));
  });

  it("cuts off the half line that a killed process left in the journal", async () => {
    const source = folder.write("s.csv", studentCsv(numbers(30).map((n) => studentRow(n))));
    const wanted = request(out(), key(), { sources: [source], chunkBytes: 500 });
    const stopped = { ...wanted, destination: { ...wanted.destination, published: async () => undefined } };
    stopped.destination.publish = () => Promise.reject(new Error("stopped"));
    expect(await refusal(stopped)).to.equal("stopped");
    const [journal] = filesUnder(out()).filter((path) => path.endsWith("journal.jsonl"));
    const whole = readFileSync(join(out(), journal), "utf8");
    writeFileSync(join(out(), journal), whole.slice(0, -40));
    let converted = 0;
    await ship({ ...wanted, watch: { converted: () => converted++ } });
    expect(converted).to.equal(1);
  });

  it("keeps what was converted when the disk is full, and says what to do", async () => {
    const source = folder.write("s.csv", studentCsv(numbers(30).map((n) => studentRow(n))));
    const wanted = request(out(), key(), { sources: [source], chunkBytes: 500 });
    const record = Staging.prototype.record;
    let recorded = 0;
    Staging.prototype.record = function (...args) {
      const full = Object.assign(new Error("ENOSPC: no space left on device, write"), { code: "ENOSPC" });
      return recorded++ === 3 ? Promise.reject(full) : record.apply(this, args);
    };
    try {
      expect(await refusal(wanted)).to.include("the disk is full; make room and ship again");
    } finally {
      Staging.prototype.record = record;
    }
    expect(filesUnder(out()).every((path) => path.startsWith(".staging"))).to.equal(true);
    let resumed = 0;
    await ship({ ...wanted, watch: { started: (_, chunks) => void (resumed = chunks) } });
    expect(resumed).to.equal(3);
  });

  it("takes folders with brackets in their names", async () => {
    const source = folder.write("s.csv", studentCsv([studentRow(1)]));
    const { manifest } = await ship(request(out("학생[2026] *"), key(), { sources: [source] }));
    expect(manifest.rows.written).to.equal(1);
  });

  it("refuses a header unlike the contract's, naming columns and no values", async () => {
    const source = folder.write("s.csv", `${STUDENT_HEADER.replace("학과", "홍길동")}\n${studentRow(1)}\n`);
    const told = await refusal(request(out(), key(), { sources: [source] }));
    expect(told).to.include("학과 (department) is missing").and.include("position 6");
    expect(told).not.to.include("홍길동");
  });
});
