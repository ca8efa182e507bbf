import { spawnSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { ROOT } from "../../local/paths";
import { newKeyFile } from "../../shipper";
import { temporaryFolder } from "../unit/contract/temporary-folder";
import { checksums, filesUnder, studentCsv, studentRow } from "./shipments";

/** A disk of a few megabytes, in a name space of its own: no root is needed where the system lets users have one. */
const refused = spawnSync("unshare", ["-rm", "sh", "-c", "mount -t tmpfs -o size=1m none /mnt"], {
  encoding: "utf8",
});
const why = refused.status === 0 ? "" : (refused.error?.message ?? refused.stderr.trim());

const ROWS = 60_000;

describe(`a disk that is really full${why === "" ? "" : ` (skipped: ${why})`}`, () => {
  const folder = temporaryFolder();

  (why === "" ? it : it.skip)("stops a shipment, and the same command goes on when there is room", () => {
    const source = folder.write("s.csv", studentCsv(Array.from({ length: ROWS }, (_, n) => studentRow(n))));
    const key = folder.path("key.json");
    newKeyFile(key);
    const [disk, calm] = [folder.path("disk"), folder.path("calm")];
    mkdirSync(disk);
    const words = [
      "--contract",
      "sis.students",
      "--key",
      key,
      "--dt",
      "2026-11-20",
      "--chunk-mb",
      "1",
      "--threads",
      "2",
    ];
    const ship = [process.execPath, join(ROOT, "cli/naru.js"), "ship", source, ...words];
    const quoted = ship.map((word) => `'${word}'`).join(" ");
    // Half of what the shipment takes; then enough.
    const script = [
      `mount -t tmpfs -o size=5m none '${disk}'`,
      `${quoted} --out '${disk}'; echo "first $?"`,
      `find '${disk}' -name manifest.json -o -name '*.parquet' -path '*sis*'`,
      `mount -o remount,size=200m '${disk}'`,
      `${quoted} --out '${disk}'; echo "second $?"`,
      `cp -r '${disk}' '${folder.path("kept")}'`,
    ];
    const { stdout, stderr } = spawnSync("unshare", ["-rm", "sh", "-c", script.join("\n")], {
      encoding: "utf8",
    });
    expect(stderr).to.include("the disk is full; make room and ship again with the same arguments");
    expect(stderr).to.match(/Going on behind an earlier start: [1-9]/);
    // Nothing was published in between.
    expect(stdout.replace(/^sis\.students[^]*(?=second)/m, "")).to.equal("first 1\nsecond 0\n");
    spawnSync(ship[0], [...ship.slice(1), "--out", calm]);
    expect(filesUnder(calm).length).to.be.greaterThan(3);
    expect(checksums(folder.path("kept"))).to.deep.equal(checksums(calm));
  });
});
