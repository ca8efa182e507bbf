/** The Python environment: installed from the lock file into `.naru/venv`, once. */
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { PATHS, ROOT } from "../paths";

const run = promisify(execFile);

const LOCK = join(ROOT, "local", "requirements.lock");
/** Says which lock file the environment was made from. */
const STAMP = join(PATHS.venv, ".naru-lock");
/** uv installs the lock five to eight times faster than pip; pip itself only installs uv. */
const UV = "uv==0.13.8";
/** PySpark 3.5 runs on 3.8 to 3.12; the lock was made for 3.11. */
const SUPPORTED = ["3.11", "3.12"];

/** Path of the environment's Python. */
export const PYTHON = join(PATHS.venv, "bin", "python");

export function pythonIsReady(): boolean {
  return existsSync(STAMP) && readFileSync(STAMP, "utf8") === lockHash();
}

/**
 * Installs the environment where it is missing or older than the lock file. Takes about 20 s with a warm network.
 * @param onProgress told what is being done.
 * @throws Error with what to install where there is no fitting Python.
 */
export async function ensurePython(onProgress: (what: string) => void): Promise<void> {
  if (pythonIsReady()) return;
  const python = await findPython();
  rmSync(PATHS.venv, { recursive: true, force: true });
  onProgress("creating .naru/venv");
  await run(python, ["-m", "venv", PATHS.venv]);
  await run(PYTHON, ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", UV]);
  onProgress("installing Spark, DuckDB, pandas and the emulator (850 MB on disk)");
  await run(
    join(PATHS.venv, "bin", "uv"),
    // The system's certificates, because a company's proxy often signs with its own.
    [
      "pip",
      "install",
      "--quiet",
      "--system-certs",
      "--python",
      PYTHON,
      "--require-hashes",
      "--requirements",
      LOCK,
    ],
    { maxBuffer: 64 * 1024 * 1024 },
  );
  writeFileSync(STAMP, lockHash());
}

async function findPython(): Promise<string> {
  const found: string[] = [];
  for (const command of ["python3.11", "python3", "python3.12"]) {
    const version = await run(command, ["-c", "import sys; print('%d.%d' % sys.version_info[:2])"]).then(
      ({ stdout }) => stdout.trim(),
      () => undefined,
    );
    if (version !== undefined && SUPPORTED.includes(version)) return command;
    if (version !== undefined) found.push(`${command} is ${version}`);
  }
  const seen = found.length === 0 ? "none was found" : found.join(", ");
  throw new Error(`Naru needs Python ${SUPPORTED.join(" or ")} (with its venv module) on PATH; ${seen}.`);
}

function lockHash(): string {
  return createHash("sha256").update(readFileSync(LOCK)).update(UV).digest("hex");
}
