/** Calls of the rewriter's module, `assembly/index.ts`. Addresses and counts are bytes. */
type Number32 = WebAssembly.Global<"i32">;

export interface Calls {
  readonly memory: WebAssembly.Memory;
  readonly PADS: Number32;
  readonly rows: Number32;
  readonly doubtful: Number32;
  readonly broken: Number32;
  readonly written: Number32;
  readonly manyDays: Number32;
  readonly overflow: Number32;
  readonly isUnfit: Number32;
  readonly unread: Number32;
  loadKey(key: number): void;
  setRule(key: number, rule: number): void;
  setTable(columns: number, delimiter: number, day: number, engineOnly: number): void;
  setField(
    at: number,
    action: number,
    form: number,
    needed: number,
    key: number,
    scale: number,
    longest: number,
  ): void;
  setColumn(
    at: number,
    store: number,
    hasLimits: number,
    keepLast: number,
    minimum: number,
    maximum: number,
    least: bigint,
    most: bigint,
  ): void;
  allow(at: number, bytes: number): number;
  layOut(inputBytes: number, outputBytes: number, records: number, slots: number): number;
  rewrite(length: number, header: number, replacements: number, typed: number): void;
  outputAt(): number;
  rowsAt(): number;
  doubtfulAt(): number;
  brokenAt(): number;
  offsetsOf(at: number): number;
  /** Of the last column that was encoded. */
  readonly values: Number32;
  readonly dictionaryBytes: Number32;
  readonly dictionaryPacked: Number32;
  readonly dataBytes: Number32;
  readonly dataPacked: Number32;
  readonly least: WebAssembly.Global<"i64">;
  readonly greatest: WebAssembly.Global<"i64">;
  dictionaryAt(): number;
  dictionaryValues(): number;
  dataAt(): number;
  runsAt(): number;
  encode(at: number, physical: number, runs: number, count: number): void;
  encodeConstant(value: number, rows: number): void;
}
