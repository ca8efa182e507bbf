/** What an analyst takes to a PC, by the command, from a platform that is up under IAM enforcement. */
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { expect } from "chai";
import { ROOT } from "../../local/paths";
import { readSheet } from "../unit/cli/xlsx-sheet";

const NARU = join(ROOT, "cli", "naru.js");
/** The platform's form of a pseudonym: 16 bytes as base64url. */
const PSEUDONYM = /^[\w-]{21}[AQgw]$/;

export function extractsForAnalysts(): void {
  it("gives an analyst a table as XLSX and as Parquet, pseudonyms as they are, and nothing past the size", async () => {
    const folder = mkdtempSync(join(tmpdir(), "naru-extracts-"));
    const extract = (...options: string[]) => [NARU, "extract", "--stack", "local", ...options];
    const taken = (format: string) => {
      const out = join(folder, `students.${format}`);
      const options = ["--table", "sis.students", "--format", format, "--out", out];
      const said = execFileSync(process.execPath, extract(...options), { cwd: ROOT, encoding: "utf8" });
      expect(said).to.match(/\d+ rows\. Athena query [\w-]{36}/);
      return out;
    };
    try {
      const { rows } = readSheet(taken("xlsx"));
      const [head, ...students] = rows.map((row) => Object.values(row).map(({ value }) => value));
      expect(head).to.include.members(["student_id", "phone", "grade"]).and.not.include("name");
      expect(students).not.to.be.empty;
      expect(students.every((row) => PSEUDONYM.test(row[head!.indexOf("student_id")]!))).to.equal(true);
      const connection = await (await DuckDBInstance.create()).connect();
      const read = await connection.runAndReadAll(`SELECT student_id FROM '${taken("parquet")}' ORDER BY 1`);
      const inSheet = students.map((row) => row[head!.indexOf("student_id")]!).sort();
      expect(read.getRows().map(([id]) => id)).to.deep.equal(inSheet);
      const out = join(folder, "all.csv");
      const big = "SELECT a.* FROM naru_local_curated_lms.requests a, naru_local_curated_lms.courses b";
      const refused = spawnSync(process.execPath, extract(big, "--max-mb", "1", "--out", out), { cwd: ROOT });
      expect(refused.status).to.equal(1);
      expect(refused.stderr.toString()).to.contain("more than 1 MB, and nothing was written");
      expect(existsSync(out)).to.equal(false);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
}
