/** Rows of a line chart as series of points. */
import type { LineChart } from "../../definition";
import type { QueryResult } from "../../answers";
import { instantOf } from "./format";

/** More lines than this cannot be told apart by colour. */
const MOST_SERIES = 6;
const STEP: Readonly<Record<LineChart["grain"], number>> = { minute: 60_000, hour: 3_600_000 };

export type Point = [instant: number, value: number];

export interface LineSeries {
  readonly name: string;
  readonly points: readonly Point[];
}

/** The series with the largest totals, and how many there were. */
export function lineSeries(
  chart: LineChart,
  { columns, rows }: QueryResult,
): { shown: LineSeries[]; all: number } {
  const at = (name: string): number => columns.findIndex((column) => column.name === name);
  const [time, series, value] = [at("time"), at("series"), at("value")];
  const byName = new Map<string, Point[]>();
  for (const row of rows) {
    const name = row[series] ?? "";
    const points = byName.get(name) ?? [];
    points.push([instantOf(row[time] ?? ""), Number(row[value] ?? 0)]);
    byName.set(name, points);
  }
  const instants = [...byName.values()].flat().map(([instant]) => instant);
  const first = instants.reduce((least, instant) => Math.min(least, instant), Infinity);
  const last = instants.reduce((most, instant) => Math.max(most, instant), -Infinity);
  const adds = ["count", "count_distinct", "sum"].includes(chart.value.agg);
  const sorted = [...byName].map(([name, points]) => {
    const inOrder = points.sort(([a], [b]) => a - b);
    return { name, points: adds ? withZeros(inOrder, STEP[chart.grain], first, last) : inOrder };
  });
  sorted.sort((a, b) => total(b) - total(a) || a.name.localeCompare(b.name));
  return { shown: sorted.slice(0, MOST_SERIES), all: sorted.length };
}

/**
 * A bucket without rows is zero, not a value between its neighbours. Zeros stand only at the edges of a gap, where the
 * line bends, so that a gap of days costs two points.
 */
function withZeros(points: readonly Point[], step: number, first: number, last: number): Point[] {
  const filled: Point[] = [];
  let previous = first - step;
  for (const [instant, value] of points) {
    if (instant - previous > step) {
      filled.push([previous + step, 0]);
      if (instant - step > previous + step) filled.push([instant - step, 0]);
    }
    filled.push([instant, value]);
    previous = instant;
  }
  if (previous < last) {
    filled.push([previous + step, 0]);
    if (last > previous + step) filled.push([last, 0]);
  }
  return filled;
}

function total({ points }: LineSeries): number {
  return points.reduce((sum, [, value]) => sum + value, 0);
}
