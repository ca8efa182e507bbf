/** What a connection needs beside the address, none of which may stand on a command line. */
import { readFileSync, statSync } from "node:fs";
import { ShipError } from "../ship-error";
import { type DatabaseEngine, PASSWORD_VARIABLES } from "./address";

/** Where password and authority are. */
export interface TableAccess {
  /** File whose first line is the password, readable by its owner only. */
  readonly passwordFile?: string;
  /** Certificates (PEM) of the authorities that the server may have its own from. @default those that Node.js trusts */
  readonly caFile?: string;
}

export interface Login {
  /** Undefined: the server asks for none, or PostgreSQL's own password file has it. */
  readonly password?: string;
  /** PEM. */
  readonly ca?: string;
}

/** @throws ShipError for a file that can't be read, or that others can read. */
export function loginOf(engine: DatabaseEngine, { passwordFile, caFile }: TableAccess): Login {
  const password =
    passwordFile === undefined ? process.env[PASSWORD_VARIABLES[engine]] : passwordIn(passwordFile);
  const ca = caFile === undefined ? undefined : textOf("--ca", caFile);
  if (ca !== undefined && !ca.includes("-----BEGIN CERTIFICATE-----")) {
    throw new ShipError("--ca", `${caFile} holds no certificate`, "name a file in PEM form");
  }
  return { ...(password === undefined ? {} : { password }), ...(ca === undefined ? {} : { ca }) };
}

function passwordIn(file: string): string {
  const text = textOf("--password-file", file);
  if ((statSync(file).mode & 0o077) !== 0) {
    throw new ShipError("--password-file", `${file} can be read by others`, `run chmod 600 ${file}`);
  }
  const [password] = text.split(/\r?\n/, 1);
  if (password === "") {
    throw new ShipError("--password-file", `${file} is empty`, "write the password into its first line");
  }
  return password;
}

function textOf(option: string, file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new ShipError(option, `${file} can't be read (${code})`, "name an existing file that you may read");
  }
}
