/** A lane's rewriter, on a thread of its own. */
import { extname, join } from "node:path";
import { Worker } from "node:worker_threads";
import type { IdentifierKind } from "../../components/contract/model";
import { padsOf } from "../keys/pads";
import { compileRewriter } from "./compile";
import type { CsvText, Rewritten } from "./rewriting";
import type { Table } from "./table";
import type { Order } from "./worker";

/** TypeScript in the checkout, compiled in an archive. */
const SCRIPT = join(__dirname, `worker${extname(__filename)}`);

type Answer =
  | { readonly done: Rewritten | undefined }
  | { readonly failed: { readonly message: string; readonly code?: string } };

const running = new Set<Worker>();

/** Ends the threads of all rewriters in the middle of what they do; who waits for an answer gets none. */
export async function stopRewriters(): Promise<void> {
  await Promise.all([...running].map((worker) => worker.terminate()));
}

export class Rewriter {
  private readonly worker: Worker;

  /** Starts the thread, which takes a while in which its caller has other things to do. */
  constructor() {
    const typescript = SCRIPT.endsWith(".ts") ? ["-r", join(__dirname, "../../cli/typescript.js")] : [];
    this.worker = new Worker(SCRIPT, { execArgv: typescript });
    running.add(this.worker);
    this.worker.once("exit", () => running.delete(this.worker));
    // Told to whoever waits for an answer.
    this.worker.on("error", () => undefined);
  }

  /** Before anything is rewritten. */
  async open(table: Table, keys: ReadonlyMap<IdentifierKind, Buffer>): Promise<void> {
    await compileRewriter();
    const pads = table.kinds.map((kind) => padsOf(keys.get(kind)!));
    await this.ask({ setup: { table, pads: pads.map(({ inner, outer }) => [inner, outer]) } });
  }

  /** @param text in shared memory, which the thread reads until it has answered. */
  async rewrite(text: CsvText, prefix: string): Promise<Rewritten> {
    return (await this.ask({ text, prefix }))!;
  }

  /** The last text again, see {@link Rewriting.doubt}. */
  async doubt(rows: readonly (readonly number[])[]): Promise<Rewritten> {
    return (await this.ask({ doubt: rows }))!;
  }

  async close(): Promise<void> {
    await this.worker.terminate();
  }

  private ask(order: Order): Promise<Rewritten | undefined> {
    return new Promise((resolve, reject) => {
      const answered = (answer: Answer) => {
        this.worker.off("error", reject);
        if ("done" in answer) resolve(answer.done);
        else reject(Object.assign(new Error(answer.failed.message), { code: answer.failed.code }));
      };
      this.worker.once("message", answered);
      this.worker.once("error", reject);
      this.worker.postMessage(order);
    });
  }
}
