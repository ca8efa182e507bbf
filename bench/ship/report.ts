/** The table that a person reads. */
import type { Shape } from "./visits";
import { type Run, TITLES, type Way } from "./ways";

/** The best run of one way with one file. */
export interface Result extends Omit<Run, "files"> {
  readonly shape: Shape;
  readonly way: Way;
  readonly bytesIn: number;
  /** Megabytes of CSV a second, 10^6 bytes each. */
  readonly mbPerSecond: number;
  /** Of plain, with the same file; NaN where plain was not run. */
  readonly ofSpeed: number;
  /** The same by processor time, which other work on the machine disturbs less. */
  readonly ofProcessor: number;
  readonly ofSize: number;
}

/** What the project set itself: at least so much of plain's speed, at most so many times its size. */
const AIMS: Readonly<Record<Shape, { readonly speed: number; readonly size: number }>> = {
  distinct: { speed: 0.25, size: 2.5 },
  events: { speed: 0.7, size: 1.5 },
};
const AIM_PEAK_BYTES = 1e9;

export function result(shape: Shape, way: Way, bytesIn: number, best: Run, plain: Run | undefined): Result {
  const { files: _, ...taken } = best;
  return {
    shape,
    way,
    bytesIn,
    ...taken,
    mbPerSecond: bytesIn / best.seconds / 1e6,
    ofSpeed: (plain?.seconds ?? Number.NaN) / best.seconds,
    ofProcessor: (plain?.cpuSeconds ?? Number.NaN) / (best.cpuSeconds ?? Number.NaN),
    ofSize: best.bytesOut / (plain?.bytesOut ?? Number.NaN),
  };
}

const HEADER = ["data", "GB", "way", "MB/s", "CPU s", "peak MB", "out MB", "speed", "by CPU", "size", "aims"];
const TEXT_COLUMNS = [0, 2, 10];

export function table(results: readonly Result[]): string {
  const lines = [HEADER, ...results.map(cells)];
  const widths = HEADER.map((_, column) => Math.max(...lines.map((line) => line[column].length)));
  return lines
    .map((line) =>
      line
        .map((cell, column) =>
          TEXT_COLUMNS.includes(column) ? cell.padEnd(widths[column]) : cell.padStart(widths[column]),
        )
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

function cells(row: Result): string[] {
  const { shape, way, bytesIn, mbPerSecond, cpuSeconds, peakBytes, bytesOut, ofSpeed, ofProcessor, ofSize } =
    row;
  return [
    shape,
    (bytesIn / 1e9).toFixed(1),
    TITLES[way],
    mbPerSecond.toFixed(0),
    cpuSeconds?.toFixed(1) ?? "?",
    peakBytes === null ? "?" : (peakBytes / 1e6).toFixed(0),
    (bytesOut / 1e6).toFixed(0),
    percent(ofSpeed),
    percent(ofProcessor),
    Number.isNaN(ofSize) ? "" : `${ofSize.toFixed(2)} x`,
    way === "shipped" ? aims(row) : "",
  ];
}

function percent(share: number): string {
  return Number.isNaN(share) ? "" : `${(100 * share).toFixed(0)} %`;
}

function aims({ shape, ofSpeed, ofSize, peakBytes }: Result): string {
  const { speed, size } = AIMS[shape];
  const told = (aim: string, reached: number, met: boolean) =>
    Number.isNaN(reached) ? aim : `${aim} ${met ? "met" : "missed"}`;
  return [
    told(`>= ${100 * speed} %`, ofSpeed, ofSpeed >= speed),
    told(`<= ${size} x`, ofSize, ofSize <= size),
    told("< 1 GB", peakBytes ?? Number.NaN, (peakBytes ?? 0) < AIM_PEAK_BYTES),
  ].join(", ");
}

/** How much the peak of the shipper grows from the smallest to the largest file of a shape: flat is what is aimed at. */
export function growth(results: readonly Result[], shape: Shape): string | undefined {
  const own = results.filter((row) => row.shape === shape && row.way === "shipped");
  const [least, most] = [own.at(0), own.at(-1)];
  if (own.length < 2 || least?.peakBytes == null || most?.peakBytes == null) return undefined;
  const more = 100 * (most.peakBytes / least.peakBytes - 1);
  const times = (most.bytesIn / least.bytesIn).toFixed(0);
  return `${shape}: peak of naru ship ${more < 0 ? "" : "+"}${more.toFixed(0)} % with ${times} times the data`;
}
