/** The HTML around the page's script: for the live server (assets by address) and as one file (assets inside). */
import { createHash } from "node:crypto";

import type { ChartAnswers } from "../answers";
import type { Dashboard, Localised } from "../definition";
import type { PageAssets } from "./assets";
import { MODEL_ELEMENT, type PageMeta, type PageModel } from "./model";

const SOURCE: Localised = {
  en: "Parquet/Snappy in the curated zone, read through Athena as the analyst role",
  ko: "정제(curated) 영역의 Parquet/Snappy를 분석가 역할로 Athena를 통해 읽었습니다",
};

/** A ferry on the water: 나루 is a landing for ferries. */
const ICON = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="8" fill="#14532d"/><path d="M6 16h20l-4 6H10z" fill="#fff"/><path d="M15 6v9M15 7l7 8h-7" fill="#86efac" stroke="#fff" stroke-width="1.5"/><path d="M5 26q3-2 5.500 0t5.500 0 5.500 0 5.500 0" fill="none" stroke="#86efac" stroke-width="1.800"/></svg>`;

/** What the live page may load: itself, and nothing from anywhere else. */
export const LIVE_POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; " +
  "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** The model of a page without answers. */
export function pageModel(
  dashboards: readonly Dashboard[],
  answers: ChartAnswers,
  meta: PageMeta,
): PageModel {
  return {
    meta: { ...meta, timeZone: meta.timeZone ?? "Asia/Seoul", source: meta.source ?? SOURCE },
    dashboards: dashboards.map((dashboard) => ({
      id: dashboard.id,
      title: dashboard.title,
      description: dashboard.description,
      charts: dashboard.layout.flatMap((row) =>
        Object.entries(row).flatMap(([id, width]) =>
          dashboard.charts
            .filter((chart) => chart.id === id)
            .map((chart) => ({
              ...chart,
              width,
              sql: answers.sql(dashboard.id, id) ?? "",
              types: dashboard.dataSets[chart.dataSet]?.columns ?? {},
            })),
        ),
      ),
    })),
  };
}

/** The document of the live server; it asks for `/page.css` and `/page.js`. */
export function liveDocument(model: PageModel): string {
  return html(model, '<link rel="stylesheet" href="/page.css">', '<script src="/page.js" defer></script>');
}

/** One file that opens without a network; its own policy allows this script and this style and nothing else. */
export function staticDocument(model: PageModel, { script, style }: PageAssets): string {
  const policy =
    `default-src 'none'; script-src '${sha256(script)}'; style-src '${sha256(style)}'; img-src data:; ` +
    "base-uri 'none'; form-action 'none'";
  const head = `<meta http-equiv="Content-Security-Policy" content="${policy}">\n<style>${style}</style>`;
  return html(model, head, `<script>${script}</script>`);
}

function html(model: PageModel, head: string, script: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>나루 Naru</title>
<link rel="icon" href="data:image/svg+xml,${encodeURIComponent(ICON)}">
${head}
</head>
<body>
<div id="page"></div>
<noscript>This page draws its charts with a script, which this browser has switched off.</noscript>
<script type="application/json" id="${MODEL_ELEMENT}">${json(model)}</script>
${script}
</body>
</html>
`;
}

/** JSON that can stand inside a script element: no `<` can close it or open another. */
function json(value: unknown): string {
  return JSON.stringify(value).replace(/</g, "\\u003c");
}

function sha256(text: string): string {
  return `sha256-${createHash("sha256").update(text, "utf8").digest("base64")}`;
}
