/** One measurement: the best of some runs, since other work on the machine only ever slows one down. */

/** Values a second. */
export interface Rate {
  readonly way: string;
  readonly perSecond: number;
}

const RUNS = 3;

/** @param values how many values one run treats. */
export async function rate(way: string, values: number, run: () => void | Promise<void>): Promise<Rate> {
  let best = Infinity;
  // The first run also compiles.
  for (let turn = 0; turn <= RUNS; turn++) {
    const started = process.hrtime.bigint();
    await run();
    best = Math.min(best, Number(process.hrtime.bigint() - started));
  }
  return { way, perSecond: (values * 1e9) / best };
}
