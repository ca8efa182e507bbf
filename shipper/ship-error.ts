/** A shipment that can't go on: what is wrong, where, and what to do. Never holds a value of the source. */
export class ShipError extends Error {
  constructor(
    /** File, option or contract that the problem is in. */
    readonly where: string,
    readonly problem: string,
    readonly fix: string,
  ) {
    super(`${where}: ${problem}; ${fix}`);
    this.name = "ShipError";
  }
}

/** Several faults of one request, told at once. @throws ShipError when there is any */
export function refuseAll(faults: readonly ShipError[]): void {
  if (faults.length === 1) throw faults[0];
  if (faults.length > 1) {
    throw new ShipError(
      "naru ship",
      [`${faults.length} problems`, ...faults.map(({ message }) => message)].join("\n  "),
      "nothing was read or written",
    );
  }
}

/** What people can do about calls that the system refuses; their paths are those of staging and output. */
const SYSTEM: Readonly<Record<string, readonly [problem: string, fix: string]>> = {
  ENOSPC: [
    "the disk is full",
    "make room and ship again with the same arguments: what was converted is kept, nothing was published",
  ],
  EDQUOT: [
    "the quota of the disk is used up",
    "make room and ship again with the same arguments: what was converted is kept, nothing was published",
  ],
  EACCES: ["may not be written", "name a folder that you may write with --out or --staging"],
  EPERM: ["may not be written", "name a folder that you may write with --out or --staging"],
  EROFS: ["is on a disk that can't be written", "name a folder that you may write with --out or --staging"],
  ENOTDIR: ["is no folder", "name a folder with --out or --staging"],
  EEXIST: ["is no folder", "name a folder with --out or --staging"],
  EMFILE: ["too many files are open", "give fewer --threads, or raise the limit with ulimit -n"],
  EIO: ["the disk or its network failed", "ship again with the same arguments when it is back"],
};

/** A failed call of the system as what a person can act on; other errors as they are. @param folder that is worked in. */
export function toldBySystem(error: unknown, folder: string): unknown {
  if (error instanceof ShipError) return error;
  const told = SYSTEM[systemCode(error) ?? ""];
  if (told === undefined) return error;
  return new ShipError((error as NodeJS.ErrnoException).path ?? folder, ...told);
}

/** The system's code of a failed call (ENOSPC), also when the engine only says so in its message. */
export function systemCode(error: unknown): string | undefined {
  const { code, message = "" } = error as NodeJS.ErrnoException;
  if (typeof code === "string") return code;
  return /no space left on device/i.test(message) ? "ENOSPC" : undefined;
}
