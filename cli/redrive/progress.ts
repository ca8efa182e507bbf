/** One living line on a terminal: how far, as a bar. A pipe or a file gets none. */

const CELLS = 24;

export interface Progress {
  show(done: number, all: number, text: string): void;
  end(): void;
}

export function progressOn(stream: NodeJS.WriteStream, quiet: boolean): Progress {
  if (quiet || !stream.isTTY) return { show: () => {}, end: () => {} };
  const write = (text: string) => void stream.write(`\r\u001b[2K${text}`);
  return {
    show: (done, all, text) => {
      const full = all === 0 ? CELLS : Math.floor((done / all) * CELLS);
      write(`${"█".repeat(full)}${"░".repeat(CELLS - full)} ${text}`.slice(0, stream.columns - 1));
    },
    end: () => write(""),
  };
}
