/** Worker processes of one group, and what they have done. */
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "../../local/paths";

export interface Done {
  readonly at: number;
  readonly partition: number;
  readonly offset: number;
  readonly key: string;
  readonly value: number;
}

export class Worker {
  /** Partitions that it had after each rebalance. */
  readonly shares: number[] = [];
  private readonly child: ChildProcess;
  private readonly ended: Promise<unknown>;
  private readonly file: string;

  constructor({ bootstrap, group, topic, folder, name }: Readonly<Record<WorkerArgument, string>>) {
    this.file = join(folder, `${name}.done`);
    this.child = spawn(
      process.execPath,
      [
        "-r",
        join(ROOT, "cli", "typescript.js"),
        join(__dirname, "worker.ts"),
        bootstrap,
        group,
        topic,
        this.file,
      ],
      { stdio: ["ignore", "pipe", "inherit"] },
    );
    this.child.stdout!.on("data", (lines: Buffer) =>
      this.shares.push(...lines.toString().trim().split("\n").map(Number)),
    );
    this.ended = new Promise((resolve) => this.child.once("close", resolve));
  }

  async end(signal: NodeJS.Signals): Promise<void> {
    this.child.kill(signal);
    await this.ended;
  }

  done(): Done[] {
    if (!existsSync(this.file)) return [];
    // A line that is being written has no end yet.
    return readFileSync(this.file, "utf8")
      .split("\n")
      .slice(0, -1)
      .map((line) => line.split(" "))
      .map(([at, partition, offset, key, value]) => ({
        at: Number(at),
        partition: Number(partition),
        offset: Number(offset),
        key: key!,
        value: Number(value),
      }));
  }
}

type WorkerArgument = "bootstrap" | "group" | "topic" | "folder" | "name";
