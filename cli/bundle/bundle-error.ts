/** An archive that can't be made, or one that is not what it was: what is wrong, where, and what to do. */
export class BundleError extends Error {
  constructor(
    /** File, package or option that the problem is in. */
    readonly where: string,
    readonly problem: string,
    readonly fix: string,
  ) {
    super(`${where}: ${problem}; ${fix}`);
    this.name = "BundleError";
  }
}
