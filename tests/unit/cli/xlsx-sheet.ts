/** Reads a workbook as a spreadsheet does: by its content types, relations and styles, and no more of SpreadsheetML than tests need. */
import { readFileSync } from "node:fs";
import { posix } from "node:path";
import { unzipSync } from "fflate";

export interface SheetCell {
  readonly type: string;
  /** Number format, as the style says it. */
  readonly format: string;
  readonly value: string;
}

const BUILT_IN: Readonly<Record<string, string>> = { 0: "General", 49: "@" };

/** Rows from the top, each cell by its place, e.g. `B3`. */
export function readSheet(file: string): { rows: Record<string, SheetCell>[]; xml: string } {
  const parts = unzipSync(readFileSync(file));
  const part = (path: string) => Buffer.from(parts[path]!).toString("utf8");
  const related = (from: string, kind: string) => {
    const { dir, base } = posix.parse(from);
    const relations = part(posix.join(dir, "_rels", `${base}.rels`));
    const [, target] = new RegExp(`/${kind}" Target="([^"]+)"`).exec(relations)!;
    return posix.join(dir, target!);
  };
  const workbook = related("", "officeDocument");
  const styles = part(related(workbook, "styles"));
  const own = Object.fromEntries(
    [...styles.matchAll(/<numFmt numFmtId="(\d+)" formatCode="([^"]+)"/g)].map(([, id, code]) => [id, code]),
  );
  const formats = [...styles.split("<cellXfs")[1]!.matchAll(/<xf numFmtId="(\d+)"/g)].map(
    ([, id]) => BUILT_IN[id!] ?? own[id!]!,
  );
  const xml = part(related(workbook, "worksheet"));
  const rows = [...xml.matchAll(/<row r="\d+">(.*?)<\/row>/gs)].map(([, cells]) =>
    Object.fromEntries(
      [...cells!.matchAll(/<c r="([A-Z]+\d+)"(?: s="(\d)")?(?: t="(\w+)")?>(.*?)<\/c>/gs)].map(
        ([, place, style = "0", type = "n", inner]) => [
          place!,
          { type, format: formats[Number(style)]!, value: unescaped(inner!.replace(/<[^>]*>/g, "")) },
        ],
      ),
    ),
  );
  return { rows, xml };
}

function unescaped(text: string): string {
  return text
    .replace(/&lt;/g, "<")
    .replace(/&gt;/g, ">")
    .replace(/&amp;/g, "&")
    .replace(/_x([0-9A-F]{4})_/g, (_, code: string) => String.fromCharCode(parseInt(code, 16)));
}
