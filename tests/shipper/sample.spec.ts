import { createHmac } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { IDENTIFIER_KINDS } from "../../components/contract/column";
import { FileEpochKeys, newKeyFile } from "../../shipper/keys/key-file";
import { ByteSearch } from "../../local/proof/byte-search";
import { searchDisk } from "../../local/proof/disk-search";
import { patternsOf, patternsOfBytes } from "../../local/proof/encodings";
import { canaries, generateSample, normalisedCanaries, writeSample } from "../../samples";
import { ship, type Shipment } from "../../shipper/ship";
import { request } from "./shipments";

/** Seoul's offset, milliseconds. */
const KST = 9 * 3_600_000;
/** Shorter spellings are found by chance. */
const TELLING = 8;

describe("shipping the sample", () => {
  const sample = generateSample();
  const shipments = new Map<string, Shipment>();
  let folder: string;

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), "naru-shipper-"));
    newKeyFile(join(folder, "key.json"));
    mkdirSync(join(folder, "out"));
    const paths = writeSample(join(folder, "landing"), sample);
    const events = join(folder, "landing", "requests.jsonl");
    writeFileSync(events, sample.events.map(({ body }) => `${JSON.stringify(body)}\n`).join(""));
    const work = sample.files.map(({ dataSet }, at) => [dataSet, paths[at]] as const);
    for (const [contract, path] of [...work, ["lms.requests", events] as const]) {
      const wanted = request(join(folder, "out"), join(folder, "key.json"), { sources: [path] });
      const shipment = await ship({ ...wanted, contract, day: undefined, maxRejects: "50%" });
      shipments.set(contract, shipment);
    }
  });
  after(() => rmSync(folder, { recursive: true }));

  for (const { dataSet, totals } of sample.files) {
    it(`finds the bad rows of ${dataSet} that curation finds`, () => {
      const { rows } = shipments.get(dataSet)!.manifest;
      const bad = Object.values(totals.quarantined).reduce((sum, count) => sum + count, 0);
      expect([rows.read, rows.rejected]).to.deep.equal([totals.rows, bad]);
    });
  }

  it("writes the events that the collector would take, under their days", () => {
    const { rows } = shipments.get("lms.requests")!.manifest;
    // As in the transform, keys that the contract does not name are left behind.
    const days = sample.events.flatMap(({ dt, verdict, body }) => {
      if (verdict !== "key of no contract") return dt === null ? [] : [dt];
      return [
        new Date(Date.parse((body as { occurred_at: string }).occurred_at) + KST).toISOString().slice(0, 10),
      ];
    });
    const expected = Object.fromEntries(
      [...new Set(days)].sort().map((day) => [day, days.filter((one) => one === day).length]),
    );
    expect(rows.writtenByDay).to.deep.equal(expected);
  });

  it("leaves no clear value, key or pad in any byte, and the search would find one", async () => {
    const values = [...canaries(sample), ...normalisedCanaries(sample)].filter(
      (value) => Buffer.byteLength(value) >= TELLING,
    );
    const file = JSON.parse(readFileSync(join(folder, "key.json"), "utf8")) as { key: string };
    const keys = new FileEpochKeys(join(folder, "key.json"));
    const epochKeys = await Promise.all(IDENTIFIER_KINDS.map((kind) => keys.key(kind, 1)));
    expect(epochKeys[0]).to.deep.equal(
      createHmac("sha256", Buffer.from(file.key, "hex")).update(`naru/v1/${IDENTIFIER_KINDS[0]}/1`).digest(),
    );
    const pads = epochKeys.flatMap((key) =>
      [0x36, 0x5c].map((mask) => Buffer.concat([key, Buffer.alloc(32)]).map((byte) => byte ^ mask)),
    );
    const secrets = [Buffer.from(file.key, "hex"), ...epochKeys, ...pads.map((pad) => Buffer.from(pad))];
    const search = new ByteSearch([patternsOf(values), patternsOfBytes(secrets, values.length)]);
    const { files, sightings } = await searchDisk(search, [join(folder, "out")], folder);
    expect(files).to.be.greaterThan(10);
    expect(sightings.map((sighting) => sighting.file)).to.deep.equal([]);
    const inClear = await searchDisk(search, [join(folder, "landing")], folder);
    expect(inClear.sightings.length).to.be.greaterThan(1);
  });
});
