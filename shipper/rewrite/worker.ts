/** The thread that a lane's rewriting runs on. */
import { parentPort } from "node:worker_threads";
import { systemCode } from "../ship-error";
import { type CsvText, Rewriting, type Rewritten } from "./rewriting";
import type { Table } from "./table";

/** What a thread is for. */
export interface Setup {
  readonly table: Table;
  /** Pads of the keys: in memory only, as everywhere. */
  readonly pads: readonly (readonly [inner: Uint8Array, outer: Uint8Array])[];
}

/** The first is the setup, whose answer is undefined. */
export type Order =
  | { readonly setup: Setup }
  | { readonly text: CsvText; readonly prefix: string }
  | { readonly doubt: readonly (readonly number[])[] };

let rewriting: Rewriting;

function answer(order: Order): Rewritten | undefined {
  if ("doubt" in order) return rewriting.doubt(order.doubt);
  if ("text" in order) return rewriting.rewrite(order.text, order.prefix);
  rewriting = new Rewriting(order.setup.table, order.setup.pads);
  return undefined;
}

parentPort!.on("message", (order: Order) => {
  try {
    parentPort!.postMessage({ done: answer(order) });
  } catch (error) {
    // An error's own properties don't pass between threads.
    parentPort!.postMessage({ failed: { message: (error as Error).message, code: systemCode(error) } });
  }
});
