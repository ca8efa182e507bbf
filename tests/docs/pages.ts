/** The pages that people read, and what can be read off them. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "../../local/paths";

export interface Page {
  /** Relative to the checkout. */
  readonly path: string;
  readonly text: string;
}

export function page(path: string): Page {
  return { path, text: readFileSync(join(ROOT, path), "utf8") };
}

/** Both READMEs and every page of docs/. */
export function pages(): Page[] {
  const docs = readdirSync(join(ROOT, "docs")).filter((name) => name.endsWith(".md"));
  return ["README.md", "README.ko.md", ...docs.map((name) => `docs/${name}`)].map(page);
}

/** Text of a page's fenced blocks of one language. */
export function blocks({ text }: Page, language: string): string[] {
  return [...text.matchAll(/^```(\w*)\n(.*?)^```$/gms)]
    .filter(([, found]) => found === language)
    .map(([, , content]) => content!);
}

/** Cells of every table row, without backticks; heads and rules are left out. */
export function tableRows(text: string): string[][] {
  return text
    .split("\n")
    .filter((line, at, lines) => line.startsWith("|") && !isRule(line) && !isRule(lines[at + 1] ?? ""))
    .map((line) => line.slice(1, line.lastIndexOf("|")).split("|"))
    .map((cells) => cells.map((cell) => cell.trim().replaceAll("`", "")));
}

function isRule(line: string): boolean {
  return /^\|[-| :]+\|$/.test(line);
}

/** A page's sections by heading of one level, e.g. `##`. */
export function sections({ text }: Page, level: string): Map<string, string> {
  const parts = `\n${text}`.split(`\n${level} `).slice(1);
  return new Map(
    parts.map((part) => [part.slice(0, part.indexOf("\n")).trim(), part.slice(part.indexOf("\n"))]),
  );
}

/** What a heading's link is called, as GitHub makes it. */
export function anchors({ text }: Page): string[] {
  return [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading]) =>
    heading!
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, "")
      .replaceAll(" ", "-"),
  );
}
