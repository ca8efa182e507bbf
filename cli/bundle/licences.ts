/** `THIRD-PARTY-LICENCES.txt`: whose work is in the archive, and on what terms. */
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { BundleError } from "./bundle-error";

/** Names of files in which packages keep their licence, and what it asks to go along. */
const TEXTS = /^(licen[cs]e|copying|notice)([.-].*)?$/i;

/** One work, with the terms it is under. */
export interface Licensed {
  /** Name and version. */
  readonly what: string;
  /** SPDX expression. */
  readonly licence: string;
  /** Full texts; empty where the package carries none. */
  readonly texts: readonly string[];
}

/** @param folder of a package. @throws BundleError when the package names no licence */
export async function licenceOf(folder: string): Promise<Licensed> {
  const description = await readFile(join(folder, "package.json"), "utf8");
  const { name, version, license } = JSON.parse(description) as Record<string, unknown>;
  if (typeof license !== "string") {
    throw new BundleError(
      `${name}@${version}`,
      "names no licence",
      "it can't go into an archive: replace it",
    );
  }
  const files = (await readdir(folder)).filter((file) => TEXTS.test(file)).sort();
  const texts = await Promise.all(files.map((file) => readFile(join(folder, file), "utf8")));
  return { what: `${name} ${version}`, licence: license, texts };
}

const RULE = "=".repeat(100);

/** A page a work, in the order of names; one work in one version stands once. */
export function licencePages(works: readonly Licensed[]): string {
  const once = new Map(works.map((work) => [work.what, work]));
  const ordered = [...once.values()].sort((left, right) => (left.what < right.what ? -1 : 1));
  const pages = ordered.map(({ what, licence, texts }) => {
    const body = texts.length > 0 ? texts.map((text) => text.trim()) : [withoutText(licence)];
    return [RULE, `${what} (${licence})`, RULE, "", ...body, ""].join("\n");
  });
  return [`${ordered.length} works of others are in this archive.`, "", ...pages].join("\n");
}

/** Naru's own licence is the text that most of them would carry. */
function withoutText(licence: string): string {
  const none = "The package carries no licence text.";
  return licence === "Apache-2.0" ? `${none} That of Apache-2.0 stands in LICENSE.` : none;
}
