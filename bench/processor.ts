/** The processor that a bench ran on, as far as it explains the numbers. */
import { readFileSync } from "node:fs";
import { cpus } from "node:os";

export interface Processor {
  readonly model: string;
  /** Instructions for SHA-256 that the processor says it has: `sha_ni` (x86), `sha2` (ARM). Null where it can't be told. */
  readonly shaFlags: readonly string[] | null;
}

const SHA_FLAGS = ["sha_ni", "sha1", "sha2", "sha512"];

export function processor(): Processor {
  return { model: cpus()[0]?.model ?? "unknown", shaFlags: shaFlags() };
}

/** From /proc/cpuinfo (Linux); `flags` on x86, `Features` on ARM. */
function shaFlags(): string[] | null {
  try {
    const [, flags] = /^(?:flags|Features)\s*:(.*)$/m.exec(readFileSync("/proc/cpuinfo", "utf8")) ?? [];
    return flags === undefined ? null : SHA_FLAGS.filter((flag) => flags.split(" ").includes(flag));
  } catch {
    return null;
  }
}
