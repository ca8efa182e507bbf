/** How far a shipment is, for people: one line that is redrawn on a terminal, a line every few seconds elsewhere. */
import type { Abandoned } from "./run/work";
import type { ShipWatch } from "./ship";

const TERMINAL_EVERY_MS = 200;
const LOG_EVERY_MS = 5000;
const MB = 1_000_000;

export interface ProgressOptions {
  readonly write: (text: string) => void;
  /** Whether the line can be redrawn. */
  readonly terminal: boolean;
  /** Milliseconds. @default the clock */
  readonly now?: () => number;
}

/** Reads are ahead of what is converted by a chunk a lane, which is little of a file that is worth watching. */
export class Progress implements ShipWatch {
  private readonly now: () => number;
  private total = 0;
  private done = 0;
  private rows = 0;
  private begun = 0;
  private told = 0;

  constructor(private readonly options: ProgressOptions) {
    this.now = options.now ?? Date.now;
  }

  reading(rows: number, estimated: number | undefined): void {
    const every = this.options.terminal ? TERMINAL_EVERY_MS : LOG_EVERY_MS;
    if (this.now() - this.told < every) return;
    this.told = this.now();
    const about = estimated === undefined ? "" : ` of about ${Math.max(rows, Math.round(estimated))}`;
    const line = `${rows}${about} rows read from the server`;
    this.options.write(this.options.terminal ? `\r\x1b[K${line}` : `${line}\n`);
  }

  readBefore(rows: number, readAt: string, folder: string): void {
    this.options.write(
      `${rows} rows that an earlier start read at ${readAt}. For newer ones, remove ${folder} and ship again.\n`,
    );
  }

  abandoned({ folder, because }: Abandoned): void {
    const are = because.length === 1 ? "is" : "are";
    this.options.write(
      `An earlier start is not gone on with: ${because.join(", ")} ${are} not what it began with. ` +
        `What it converted lies in ${folder}; remove that folder if you don't go back.\n`,
    );
  }

  started(bytes: number, resumed: number): void {
    this.total = bytes;
    this.begun = this.now();
    this.told = this.begun;
    if (resumed > 0)
      this.options.write(`Going on behind an earlier start: ${resumed} chunks are converted.\n`);
  }

  read(bytes: number): void {
    this.done += bytes;
    this.tell();
  }

  converted({ read }: { readonly read: number }): void {
    this.rows += read;
    this.tell();
  }

  publishing(files: number): void {
    this.draw();
    this.options.write(`${this.options.terminal ? "\n" : ""}Publishing ${files} files.\n`);
  }

  private tell(): void {
    const every = this.options.terminal ? TERMINAL_EVERY_MS : LOG_EVERY_MS;
    if (this.now() - this.told < every) return;
    this.told = this.now();
    this.draw();
  }

  private draw(): void {
    const seconds = (this.now() - this.begun) / 1000;
    const share = this.total === 0 ? 1 : this.done / this.total;
    const rate = seconds === 0 ? 0 : this.done / MB / seconds;
    const left = share === 0 ? "?" : duration(Math.ceil((seconds * (1 - share)) / share));
    const line =
      `${Math.floor(share * 100)} % of ${(this.total / MB).toFixed(1)} MB, ${rate.toFixed(1)} MB/s, ` +
      `${this.rows} rows, ${left} left`;
    this.options.write(this.options.terminal ? `\r\x1b[K${line}` : `${line}\n`);
  }
}

function duration(seconds: number): string {
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}
