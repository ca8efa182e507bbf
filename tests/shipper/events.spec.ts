import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { expect } from "chai";
import { newKeyFile } from "../../shipper/keys/key-file";
import { ship } from "../../shipper/ship";
import { temporaryFolder } from "../unit/contract/temporary-folder";
import { request, rowsOf } from "./shipments";

interface Moment {
  readonly value: string;
  readonly timeZone: string;
  readonly dt: string;
  readonly utc: string;
}

const event = (n: number, own: object = {}) => ({
  id: `e${n}`,
  occurred_at: "2026-11-20T10:00:00+09:00",
  user_id: "u1",
  course_id: "C1",
  page: "/",
  http_method: "GET",
  session_id: "s",
  ...own,
});

describe("ship takes events as JSON lines", () => {
  const folder = temporaryFolder();

  async function shipped(lines: readonly string[]) {
    newKeyFile(folder.path("key.json"));
    mkdirSync(folder.path("out"));
    const source = folder.write("events.jsonl.gz", gzipSync(lines.join("\n")));
    const wanted = request(folder.path("out"), folder.path("key.json"), { sources: [source] });
    const shipment = await ship({ ...wanted, contract: "lms.requests", day: undefined, maxRejects: "100%" });
    return { shipment, rows: await rowsOf(folder.path("out"), shipment) };
  }

  it("and puts each under its day in the contract's zone, in UTC", async () => {
    const golden = JSON.parse(
      readFileSync(join(__dirname, "../golden/partition-dates.json"), "utf8"),
    ) as Moment[];
    const own = golden.filter(({ timeZone }) => timeZone === "Asia/Seoul");
    expect(own.length).to.be.greaterThan(8);
    const { shipment, rows } = await shipped(
      own.map(({ value }, n) => JSON.stringify(event(n, { occurred_at: value }))),
    );
    const days = shipment.manifest.files.flatMap(({ dt, rows: count }) => Array<string>(count).fill(dt));
    const found = rows.map(({ id, occurred_at }, at) => [
      id,
      days[at],
      (occurred_at as Date).toISOString().replace("T", " ").slice(0, -1),
    ]);
    const expected = own.map(({ dt, utc }, n) => [`e${n}`, dt, utc]);
    expect(found).to.have.deep.members(expected);
  });

  it("and takes no line that names a key twice: readers differ on which value counts", async () => {
    const twice = (key: string, value: string) => JSON.stringify(event(0)).replace("{", `{${key}:${value},`);
    const { shipment, rows } = await shipped([
      twice('"user_id"', '"other"'),
      twice('"user\\u005fid"', '"other"'),
      twice('"extra"', '{"a":1,"b":{"a":1}}'),
    ]);
    expect(shipment.manifest.rows.rejectedByReason).to.deep.equal({ "row:json": 2 });
    expect(rows).to.have.length(1);
  });

  it("and takes no value of another type", async () => {
    const { shipment, rows } = await shipped([
      JSON.stringify(event(0, { email: "", duration_ms: 7, extra: { a: 1 } })),
      JSON.stringify(event(1, { duration_ms: "7" })),
      JSON.stringify(event(2, { course_id: 7 })),
      "",
      "no JSON",
      "[1]",
      JSON.stringify(event(3, { user_id: null, page: undefined })),
      JSON.stringify(event(5, { occurred_at: "2026-11-20T10:00:00" })),
      JSON.stringify(event(4, { occurred_at: "yesterday", http_method: "BREW" })),
    ]);
    const [file] = shipment.rejects;
    const told = readFileSync(file, "utf8")
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(told).to.deep.equal([
      { line: 2, reasons: ["duration_ms:type"] },
      { line: 3, reasons: ["course_id:type"] },
      { line: 5, reasons: ["row:json"] },
      { line: 6, reasons: ["row:json"] },
      { line: 7, reasons: ["user_id:required", "page:required"] },
      { line: 8, reasons: ["occurred_at:type"] },
      { line: 9, reasons: ["occurred_at:type", "http_method:allowed"] },
    ]);
    expect(rows.map(({ id, duration_ms }) => [id, duration_ms])).to.deep.equal([["e0", 7]]);
    expect(rows[0].email).to.match(/^[\w-]{21}[AQgw]$/);
    expect(rows[0]).not.to.have.any.keys("user_name", "remote_ip", "extra");
  });
});
