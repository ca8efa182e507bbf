/** A lane's rewriter, on a thread of its own. */
import { extname, join } from "node:path";
import { Worker } from "node:worker_threads";
import type { IdentifierKind } from "../../components/contract/model";
import { padsOf } from "../keys/pads";
import type { CsvText, Rewritten } from "./rewriting";
import type { Table } from "./table";
import type { Order, WorkerData } from "./worker";

/** TypeScript in the checkout, compiled in an archive. */
const SCRIPT = join(__dirname, `worker${extname(__filename)}`);

/** @property memory of the text that was rewritten. */
interface Done {
  readonly done: Rewritten;
  readonly memory?: ArrayBuffer;
}

type Answer = Done | { readonly failed: { readonly message: string; readonly code?: string } };

export class Rewriter {
  private readonly worker: Worker;

  constructor(table: Table, keys: ReadonlyMap<IdentifierKind, Buffer>) {
    const pads = table.kinds.map((kind) => padsOf(keys.get(kind)!));
    const workerData: WorkerData = { table, pads: pads.map(({ inner, outer }) => [inner, outer]) };
    const typescript = SCRIPT.endsWith(".ts") ? ["-r", join(__dirname, "../../cli/typescript.js")] : [];
    this.worker = new Worker(SCRIPT, { workerData, execArgv: typescript });
    // Told to whoever waits for an answer.
    this.worker.on("error", () => undefined);
  }

  /** The text's bytes move to the thread; their memory comes back. */
  rewrite(text: CsvText, prefix: string): Promise<Done> {
    return this.ask({ text, prefix }, [text.bytes.buffer as ArrayBuffer]);
  }

  /** The last text again, see {@link Rewriting.doubt}. */
  async doubt(rows: readonly (readonly number[])[]): Promise<Rewritten> {
    return (await this.ask({ doubt: rows }, [])).done;
  }

  async close(): Promise<void> {
    await this.worker.terminate();
  }

  private ask(order: Order, transfer: ArrayBuffer[]): Promise<Done> {
    return new Promise((resolve, reject) => {
      const answered = (answer: Answer) => {
        this.worker.off("error", reject);
        if ("done" in answer) resolve(answer);
        else reject(Object.assign(new Error(answer.failed.message), { code: answer.failed.code }));
      };
      this.worker.once("message", answered);
      this.worker.once("error", reject);
      this.worker.postMessage(order, transfer);
    });
  }
}
