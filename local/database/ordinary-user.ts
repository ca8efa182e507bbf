/** Programs of database servers, which refuse to run as root: they run as an ordinary user, and own their files. */
import { type ChildProcess, spawn } from "node:child_process";
import { chownSync } from "node:fs";

/** `nobody` on every Linux (Debian policy 9.2.2). */
const NOBODY = 65534;

/** Whom a server runs as: this process' own user, if that is not root. */
export function ordinaryUser(): { readonly uid?: number; readonly gid?: number } {
  return process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {};
}

/** Makes the server's user the owner. */
export function give(path: string): void {
  if (process.getuid?.() === 0) chownSync(path, NOBODY, NOBODY);
}

/** Runs a program of the server to its end. @throws Error with its output when it fails. */
export async function runOnce(program: string, args: readonly string[], env: object = {}): Promise<void> {
  const child = startProgram(program, args, env);
  const output = gathered(child);
  const code = await new Promise((resolve) => child.once("close", resolve));
  if (code !== 0) throw new Error(`${program} ended with ${code}: ${output()}`);
}

export function startProgram(program: string, args: readonly string[], env: object = {}): ChildProcess {
  return spawn(program, [...args], {
    ...ordinaryUser(),
    cwd: "/",
    env: { ...process.env, LC_ALL: "C", ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
}

/** The end of what a program says. */
export function gathered(child: ChildProcess): () => string {
  let text = "";
  for (const stream of [child.stdout!, child.stderr!]) {
    stream.on("data", (piece: Buffer) => (text = (text + piece.toString()).slice(-4000)));
  }
  return () => text;
}
