/** A CSV file that no contract can be proposed for: what is wrong, where, and what to do. Holds no value of the file. */
export class CsvError extends Error {
  constructor(
    readonly file: string,
    readonly problem: string,
    readonly fix: string,
  ) {
    super(`${file}: ${problem}; ${fix}`);
    this.name = "CsvError";
  }
}
