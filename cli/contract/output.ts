/** Where a command writes: results to `out`, remarks for people to `err`. */
export interface Output {
  out(text: string): void;
  err(text: string): void;
}

/** The process's own standard output and error. */
export const processOutput: Output = {
  out: (text) => void process.stdout.write(`${text}\n`),
  err: (text) => void process.stderr.write(`${text}\n`),
};
