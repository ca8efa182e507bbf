/** Publication in a folder, by renaming: staging lies in the same folder, so no file is ever seen half written. */
import { existsSync } from "node:fs";
import { mkdir, open, readFile, rename, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Manifest } from "../run/manifest";
import { type Delivery, type Destination, manifestPath, manifestText } from "./destination";

export class FolderDestination implements Destination {
  constructor(private readonly folder: string) {}

  async published(run: string): Promise<Manifest | undefined> {
    const file = join(this.folder, manifestPath(run));
    return existsSync(file) ? (JSON.parse(await readFile(file, "utf8")) as Manifest) : undefined;
  }

  async publish(deliveries: readonly Delivery[], manifest: Manifest): Promise<void> {
    const folders = new Set<string>();
    for (const { file, path } of deliveries) {
      const target = join(this.folder, path);
      await mkdir(dirname(target), { recursive: true });
      folders.add(dirname(target));
      // Gone from staging: an earlier start was stopped behind this one.
      if (existsSync(file)) await rename(file, target);
    }
    for (const folder of folders) await synced(folder);
    const target = join(this.folder, manifestPath(manifest.run));
    await mkdir(dirname(target), { recursive: true });
    await writeFile(`${target}.new`, manifestText(manifest), { flush: true });
    await rename(`${target}.new`, target);
    await synced(dirname(target));
  }
}

/** The names in a folder are on disk only when the folder is. */
async function synced(folder: string): Promise<void> {
  const handle = await open(folder, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
