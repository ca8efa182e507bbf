/** pyarrow, in an environment of its own: nothing of Naru needs it, so it is not in the platform's lock file. */
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { PATHS, ROOT } from "../../local/paths";
import { ensurePython, PYTHON } from "../../local/toolchain";

const LOCK = join(ROOT, "bench", "requirements.lock");
const ENVIRONMENT = join(PATHS.own, "bench", "venv");
const STAMP = join(ENVIRONMENT, ".naru-lock");
const UV = join(PATHS.venv, "bin", "uv");

/** Installs pyarrow (55 MB) where it is missing or another than locked; returns the Python that has it. */
export async function arrowPython(): Promise<string> {
  const python = join(ENVIRONMENT, "bin", "python");
  const lock = readFileSync(LOCK, "utf8");
  if (existsSync(STAMP) && readFileSync(STAMP, "utf8") === lock) return python;
  await ensurePython((what) => console.error(what));
  console.error("installing pyarrow (55 MB)");
  rmSync(ENVIRONMENT, { recursive: true, force: true });
  mkdirSync(dirname(ENVIRONMENT), { recursive: true });
  const run = (...arguments_: string[]) =>
    void execFileSync(UV, arguments_, { stdio: ["ignore", "ignore", "inherit"] });
  run("venv", "--quiet", "--python", PYTHON, ENVIRONMENT);
  run("pip", "install", "--quiet", "--system-certs", "--require-hashes", "--python", python, "-r", LOCK);
  writeFileSync(STAMP, lock);
  return python;
}
