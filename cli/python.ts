/** Runs the Python of `.naru/venv`, installing it first where it is missing. */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { ROOT } from "../local/paths";
import { ensurePython, PYTHON } from "../local/toolchain";

export async function python(arguments_: readonly string[]): Promise<number> {
  await ensurePython((what) => console.error(what));
  return spawnSync(PYTHON, arguments_, { stdio: "inherit", env: pythonEnvironment() }).status ?? 1;
}

/** Where the project's Python packages stand. */
export function pythonEnvironment(): NodeJS.ProcessEnv {
  const packages = [join(ROOT, "local", "cloud"), join(ROOT, "spark-jobs")].join(":");
  return { ...process.env, PYTHONPATH: packages, PYTHONDONTWRITEBYTECODE: "1" };
}
