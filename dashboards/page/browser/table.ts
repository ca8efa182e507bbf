/** A table chart as an HTML table. */
import type { QueryResult } from "../../answers";
import type { TableChart } from "../../definition";
import type { PageChart } from "../model";
import { element } from "./element";
import { type Formats, shortPseudonym } from "./format";
import { type Language, say, sayState } from "./words";

/** A state is told by word and mark; colour only helps. */
const TONE: Readonly<Record<string, "good" | "bad" | "warn" | "plain">> = {
  passed: "good",
  pseudonymise: "good",
  drop: "plain",
  failed: "bad",
  keep: "warn",
};
const MARK = { good: "✓", bad: "✕", warn: "!", plain: "–" } as const;

export function tableOf(
  chart: PageChart & TableChart,
  { columns, rows }: QueryResult,
  formats: Formats,
  language: Language,
): HTMLTableElement {
  const shown = chart.columns.map((column) => {
    const type = chart.types[column.column] ?? "string";
    return {
      ...column,
      type,
      at: columns.findIndex(({ name }) => name === column.column),
      alignment: type === "integer" || type === "decimal" ? "numeric" : "text",
    };
  });
  const head = shown.map(({ title, alignment }) =>
    element("th", { scope: "col", class: alignment }, say(title, language)),
  );
  const body = rows.map((row) =>
    element(
      "tr",
      {},
      ...shown.map(({ at, type, format, alignment }) => {
        const value = row[at] ?? null;
        if (value !== null && format === "pseudonym") {
          return element("td", {}, element("code", { title: value }, shortPseudonym(value)));
        }
        if (value !== null && format === "status") return element("td", {}, badge(value, language));
        return element("td", { class: alignment }, formats.value(value, type));
      }),
    ),
  );
  return element(
    "table",
    {},
    element("thead", {}, element("tr", {}, ...head)),
    element("tbody", {}, ...body),
  );
}

function badge(state: string, language: Language): HTMLElement {
  const tone = TONE[state.toLowerCase()] ?? "plain";
  const mark = element("span", { "aria-hidden": "true" }, MARK[tone]);
  return element("span", { class: `badge ${tone}` }, mark, sayState(state, language));
}
