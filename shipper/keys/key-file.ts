/** A pseudonym key in a file, for a closed network without KMS. The key's bytes leave this module as epoch keys only. */
import { createHmac, randomBytes } from "node:crypto";
import { closeSync, fstatSync, fsyncSync, openSync, readFileSync, writeSync } from "node:fs";
import { z } from "zod";
import type { IdentifierKind } from "../../components/contract/model";
import { epochKeyMessage, type EpochKeys } from "../../functions/pseudonym/epoch-keys";
import { ShipError } from "../ship-error";

/** As long as the hash of HMAC-SHA-256, which is also what KMS takes as imported material of an HMAC_256 key. */
const KEY_BYTES = 32;
const FORMAT = "naru-pseudonym-key/v1";
/** What others than the owner may do with a file. */
const OTHERS = 0o077;

const KeyFileContent = z.strictObject({
  format: z.literal(FORMAT),
  id: z.string().regex(/^[0-9a-f]{16}$/),
  created: z.iso.date(),
  key: z.string().regex(/^[0-9a-f]{64}$/),
});

/** What may be told of a key. */
export interface KeyFacts {
  /** Random, 16 hex digits; names the key in manifests. */
  readonly id: string;
  /** Day it was made, `YYYY-MM-DD`, UTC. */
  readonly created: string;
  /** First 8 bytes of an HMAC under the key, hex: two copies of one key have the same. */
  readonly check: string;
}

/**
 * Makes a key file with mode 0600.
 * @throws ShipError when something stands at the path: pseudonyms made with a lost key can't be joined to any more.
 */
export function newKeyFile(path: string, today: Date = new Date()): KeyFacts {
  const file = create(path);
  const key = randomBytes(KEY_BYTES);
  const content = {
    format: FORMAT,
    id: randomBytes(8).toString("hex"),
    created: today.toISOString().slice(0, 10),
    key: key.toString("hex"),
  };
  try {
    writeSync(file, `${JSON.stringify(content, undefined, 2)}\n`);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  return facts(content.id, content.created, key);
}

/** @throws ShipError when the file is missing, open to others, or no key file. */
export function checkKeyFile(path: string): KeyFacts {
  const { id, created, key } = read(path);
  return facts(id, created, key);
}

/**
 * Epoch keys of a key file: HMAC-SHA-256 of the file's key over the same message that KMS authenticates, so that a KMS
 * key with this material imported makes the same pseudonyms.
 */
export class FileEpochKeys implements EpochKeys {
  private readonly master: Buffer;
  /** The file's id. */
  readonly id: string;

  /** @throws ShipError as {@link checkKeyFile} does. */
  constructor(path: string) {
    const { id, key } = read(path);
    this.id = id;
    this.master = key;
  }

  key(kind: IdentifierKind, epoch: number): Promise<Buffer> {
    return Promise.resolve(mac(this.master, epochKeyMessage(kind, epoch)));
  }
}

function create(path: string): number {
  try {
    return openSync(path, "wx", 0o600);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "EEXIST") {
      throw new ShipError(path, "exists already", "name another file: a lost key can't be made again");
    }
    throw new ShipError(path, `can't be made (${code})`, "name a file in a folder that you may write");
  }
}

function read(path: string): { id: string; created: string; key: Buffer } {
  const text = readPrivate(path);
  const content = KeyFileContent.safeParse(parsed(text));
  if (!content.success) {
    throw new ShipError(
      path,
      "is no key file",
      "make one with `naru key new FILE`, or restore it from its copy",
    );
  }
  const { id, created, key } = content.data;
  return { id, created, key: Buffer.from(key, "hex") };
}

function readPrivate(path: string): string {
  let file: number;
  try {
    file = openSync(path, "r");
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new ShipError(
      path,
      code === "ENOENT" ? "does not exist" : `can't be read (${code})`,
      "name the key file; `naru key new FILE` makes one",
    );
  }
  try {
    const found = fstatSync(file);
    const { mode } = found;
    if (!found.isFile()) throw new ShipError(path, "is no file", "name the key file itself");
    if ((mode & OTHERS) !== 0) {
      throw new ShipError(path, "can be read or written by others", `run: chmod 600 '${path}'`);
    }
    return readFileSync(file, "utf8");
  } finally {
    closeSync(file);
  }
}

/** Undefined where the text is no JSON; the parser's message would quote it. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function facts(id: string, created: string, key: Buffer): KeyFacts {
  return { id, created, check: mac(key, "naru/v1/check").toString("hex", 0, 8) };
}

function mac(key: Buffer, message: string): Buffer {
  return createHmac("sha256", key).update(message, "utf8").digest();
}
