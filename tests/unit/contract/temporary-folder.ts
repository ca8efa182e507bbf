import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Files of one test. */
export interface TemporaryFolder {
  path(name: string): string;
  /** Returns the file's path. */
  write(name: string, content: string | Uint8Array): string;
}

/** A folder that a test gets when it first asks, and that is gone after the test; call it once in a file. */
export function temporaryFolder(): TemporaryFolder {
  let folder: string | undefined;
  afterEach(() => {
    if (folder !== undefined) rmSync(folder, { recursive: true });
    folder = undefined;
  });
  const path = (name: string) => {
    folder ??= mkdtempSync(join(tmpdir(), "naru-contract-"));
    return join(folder, name);
  };
  return {
    path,
    write(name, content) {
      const file = path(name);
      writeFileSync(file, content);
      return file;
    },
  };
}
