/** Puts a sample's files on disk. */
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Sample } from "./sample";

/** Writes the CSV files in the landing layout under `folder` and returns their paths. */
export function writeSample(folder: string, sample: Sample): string[] {
  return sample.files.map(({ key, content }) => {
    const path = join(folder, ...key.split("/"));
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content);
    return path;
  });
}
