/** The person's own Pulumi CLI, with their own backend and login. */
import { execFile, spawn } from "node:child_process";
import { promisify } from "node:util";
import { ENGINE_VERSION, isAtLeast } from "../../local/engine/binary";

const run = promisify(execFile);

/** Of a stack's outputs, which hold the collector's key: in memory only. */
const OUTPUT_BYTES = 16 * 1024 * 1024;

/** @throws Error with the way out when there is none, or an old one. */
export async function pulumiVersion(): Promise<string> {
  const told = await run("pulumi", ["version"]).catch(() => undefined);
  const version = told?.stdout.trim().replace(/^v/, "");
  if (version === undefined) {
    throw new Error(
      "There is no pulumi on the PATH. Install it: https://www.pulumi.com/docs/iac/download-install/",
    );
  }
  if (!isAtLeast(version, ENGINE_VERSION)) {
    throw new Error(`The pulumi on the PATH is ${version}; ${ENGINE_VERSION} or newer is needed`);
  }
  return version;
}

/**
 * Runs a command of Pulumi's in the checkout, with its output before the person's eyes.
 * @throws Error with the command, when it fails.
 */
export async function pulumi(root: string, ...words: readonly string[]): Promise<void> {
  const code = await new Promise<number | null>((resolve, reject) => {
    const child = spawn("pulumi", [...words, "--non-interactive"], { cwd: root, stdio: ["ignore", 2, 2] });
    child.on("error", reject);
    child.on("exit", resolve);
  });
  if (code !== 0) throw new Error(`\`pulumi ${words.join(" ")}\` ended with ${code ?? "a signal"}`);
}

/** The stack's outputs, secrets among them. */
export async function stackOutputs(root: string, stack: string): Promise<unknown> {
  const words = ["stack", "output", "--json", "--show-secrets", "--stack", stack, "--non-interactive"];
  const { stdout } = await run("pulumi", words, { cwd: root, maxBuffer: OUTPUT_BYTES });
  return JSON.parse(stdout) as unknown;
}
