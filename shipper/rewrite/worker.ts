/** The thread that a lane's rewriting runs on. */
import { parentPort, workerData } from "node:worker_threads";
import { systemCode } from "../ship-error";
import { type CsvText, Rewriting } from "./rewriting";
import type { Table } from "./table";

export interface WorkerData {
  readonly table: Table;
  /** Pads of the keys: in memory only, as everywhere. */
  readonly pads: readonly (readonly [inner: Uint8Array, outer: Uint8Array])[];
}

export type Order =
  { readonly text: CsvText; readonly prefix: string } | { readonly doubt: readonly (readonly number[])[] };

const { table, pads } = workerData as WorkerData;
const rewriting = new Rewriting(table, pads);

parentPort!.on("message", (order: Order) => {
  try {
    if ("doubt" in order) return parentPort!.postMessage({ done: rewriting.doubt(order.doubt) });
    const memory = order.text.bytes.buffer as ArrayBuffer;
    parentPort!.postMessage({ done: rewriting.rewrite(order.text, order.prefix), memory }, [memory]);
  } catch (error) {
    // An error's own properties don't pass between threads.
    parentPort!.postMessage({ failed: { message: (error as Error).message, code: systemCode(error) } });
  }
});
