/** An authority of a test's own, and its certificate for servers on `localhost`. */
import { execFile } from "node:child_process";
import { chmodSync, copyFileSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { give } from "../../../local/database/ordinary-user";
import { PYTHON } from "../../../local/toolchain";

export interface Certificates {
  /** PEM of the authority, that clients are to trust. */
  readonly authority: string;
  /** Puts certificate and key into a server's folder, as files of its user. */
  giveTo(folder: string): { readonly certificate: string; readonly key: string };
}

/** @param folder where they are made. */
export async function makeCertificates(folder: string): Promise<Certificates> {
  await promisify(execFile)(PYTHON, [join(__dirname, "certificate.py"), folder]);
  return {
    authority: readFileSync(join(folder, "authority.pem"), "utf8"),
    giveTo: (place) => {
      const [certificate, key] = ["server.pem", "server.key"].map((name) => {
        const file = join(place, name);
        copyFileSync(join(folder, name), file);
        chmodSync(file, 0o600);
        give(file);
        return file;
      });
      return { certificate: certificate!, key: key! };
    },
  };
}
