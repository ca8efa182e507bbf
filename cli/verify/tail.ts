/** A file's lines as they are written. */
import { closeSync, openSync, readSync, statSync } from "node:fs";
import { StringDecoder } from "node:string_decoder";

export class Tail {
  private readonly decoder = new StringDecoder("utf8");
  private readonly file: number;
  private at: number;
  private rest = "";

  /** From its present end on. @param show takes each line. */
  constructor(
    path: string,
    private readonly show: (line: string) => void,
  ) {
    this.file = openSync(path, "r");
    this.at = statSync(path).size;
  }

  /** Takes what has come. */
  read(): void {
    const piece = Buffer.alloc(64 * 1024);
    for (let bytes; (bytes = readSync(this.file, piece, 0, piece.length, this.at)) > 0; this.at += bytes) {
      const lines = (this.rest + this.decoder.write(piece.subarray(0, bytes))).split("\n");
      this.rest = lines.pop()!;
      lines.forEach(this.show);
    }
  }

  /** The last line may have no end. */
  close(): void {
    this.read();
    if (this.rest !== "") this.show(this.rest);
    closeSync(this.file);
  }
}
