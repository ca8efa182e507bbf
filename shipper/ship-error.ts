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

/** The system's code of a failed call (ENOSPC), also when the engine only says so in its message. */
export function systemCode(error: unknown): string | undefined {
  const { code, message = "" } = error as NodeJS.ErrnoException;
  if (typeof code === "string") return code;
  return /no space left on device/i.test(message) ? "ENOSPC" : undefined;
}
