/** Publication in a folder, by renaming, so that no file is ever seen half written. */
import { existsSync } from "node:fs";
import { copyFile, mkdir, open, readFile, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Manifest } from "../run/manifest";
import { ShipError, systemCode } from "../ship-error";
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
      if (existsSync(file)) await move(file, target);
      else if (!existsSync(target)) throw lost(file, target);
    }
    for (const folder of folders) await synced(folder);
    const target = join(this.folder, manifestPath(manifest.run));
    await mkdir(dirname(target), { recursive: true });
    await writeFile(`${target}.new`, manifestText(manifest), { flush: true });
    await rename(`${target}.new`, target);
    await synced(dirname(target));
  }
}

/** Where staging lies on another disk, the file is copied beside its place first. */
async function move(file: string, target: string): Promise<void> {
  try {
    await rename(file, target);
  } catch (error) {
    if (systemCode(error) !== "EXDEV") throw error;
    await copyFile(file, `${target}.new`);
    await synced(`${target}.new`);
    await rename(`${target}.new`, target);
    await rm(file);
  }
}

function lost(file: string, target: string): ShipError {
  return new ShipError(
    target,
    "was converted and is gone, here and from staging",
    `remove ${dirname(file)} and ship again: no manifest was written`,
  );
}

/** A file; or a folder, as the names in it are on disk only when the folder is. */
async function synced(path: string): Promise<void> {
  const handle = await open(path, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
