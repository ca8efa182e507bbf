/** The page: header, one tab for each dashboard, its cards, and the refreshing of what is looked at. */
import type { ChartAnswer } from "../../answers";
import { MODEL_ELEMENT, type PageDashboard, type PageModel } from "../model";
import { Card } from "./card";
import { element } from "./element";
import { Formats } from "./format";
import { type Language, say, wordsOf } from "./words";

const model = JSON.parse(document.getElementById(MODEL_ELEMENT)?.textContent ?? "{}") as PageModel;

class Page {
  private cards = new Map<string, Card>();
  private refreshed = element("span", { class: "refreshed", "aria-live": "polite" });

  constructor(
    private language: Language,
    private dashboard: PageDashboard,
  ) {}

  /** Builds the page anew; called when the dashboard or the language changes. */
  build(): void {
    const words = wordsOf(this.language);
    const formats = new Formats(this.language, model.meta.timeZone);
    document.documentElement.lang = this.language;
    document.title = `${say(this.dashboard.title, this.language)} · 나루 Naru`;
    for (const card of this.cards.values()) card.dispose();
    this.cards = new Map(
      this.dashboard.charts.map((chart) => [chart.id, new Card(chart, this.language, words, formats)]),
    );
    document
      .getElementById("page")
      ?.replaceChildren(
        this.header(),
        element(
          "main",
          {},
          element("h1", {}, say(this.dashboard.title, this.language)),
          element("p", { class: "description" }, say(this.dashboard.description, this.language)),
          element("div", { class: "grid" }, ...[...this.cards.values()].map((card) => card.element)),
        ),
        element(
          "footer",
          {},
          element("span", {}, `${words.source}: ${say(model.meta.source, this.language)}`),
          element("span", {}, words.times(model.meta.timeZone)),
        ),
      );
    void this.refresh(false);
  }

  /** Asks for every chart of the dashboard; `fresh` does not take answers that the server has kept. */
  async refresh(fresh: boolean): Promise<void> {
    const words = wordsOf(this.language);
    const { cards, dashboard } = this;
    this.refreshed.textContent = words.refreshing;
    const answers = await Promise.all(
      dashboard.charts.map(async ({ id }) => {
        const answer = await answerOf(`${dashboard.id}/${id}`, fresh, words.unreachable);
        cards.get(id)?.show(answer);
        return answer;
      }),
    );
    if (cards !== this.cards) return; // Another dashboard was opened meanwhile.
    const oldest = Math.min(...answers.map(({ refreshedAt }) => Date.parse(refreshedAt)));
    const label = model.answers === undefined ? words.refreshed : words.snapshot;
    const when = new Intl.DateTimeFormat(this.language, {
      dateStyle: "medium",
      timeStyle: "medium",
      timeZone: model.meta.timeZone,
    });
    this.refreshed.textContent = `${label} ${when.format(oldest)}`;
  }

  redraw(): void {
    for (const card of this.cards.values()) card.redraw();
  }

  open(id: string): void {
    const found = model.dashboards.find((dashboard) => dashboard.id === id);
    if (found === undefined || found === this.dashboard) return;
    this.dashboard = found;
    this.build();
  }

  private header(): HTMLElement {
    const words = wordsOf(this.language);
    const language = element("button", { type: "button", class: "quiet" }, words.switchTo);
    language.addEventListener("click", () => {
      this.language = this.language === "ko" ? "en" : "ko";
      this.build();
    });
    const actions = [this.refreshed, language];
    if (model.answers === undefined) {
      const refresh = element("button", { type: "button" }, words.refresh);
      refresh.addEventListener("click", () => void this.refresh(true));
      actions.push(refresh);
    }
    const tabs = model.dashboards.map(({ id, title }) =>
      element(
        "a",
        { href: `#${id}`, ...(id === this.dashboard.id ? { "aria-current": "page" } : {}) },
        say(title, this.language),
      ),
    );
    return element(
      "header",
      { class: "top" },
      element(
        "div",
        { class: "masthead" },
        element("span", { class: "mark", "aria-hidden": "true" }, "나루"),
        element(
          "div",
          { class: "name" },
          element("strong", {}, "나루 Naru"),
          element("span", {}, words.tagline),
        ),
        element("span", { class: "stack" }, `${words.stack}: ${model.meta.stack}`),
        element("div", { class: "actions" }, ...actions),
      ),
      element("nav", { "aria-label": words.dashboards }, ...tabs),
    );
  }
}

async function answerOf(key: string, fresh: boolean, unreachable: string): Promise<ChartAnswer> {
  const kept = model.answers?.[key];
  if (kept !== undefined) return kept;
  try {
    const response = await fetch(`/api/charts/${key}${fresh ? "?fresh" : ""}`, { cache: "no-store" });
    return (await response.json()) as ChartAnswer;
  } catch {
    return { error: unreachable, refreshedAt: new Date().toISOString() };
  }
}

const asked = location.hash.slice(1);
const first = model.dashboards.find(({ id }) => id === asked) ?? model.dashboards[0];
if (first !== undefined) {
  const page = new Page(model.meta.language ?? (navigator.language.startsWith("ko") ? "ko" : "en"), first);
  page.build();
  addEventListener("hashchange", () => page.open(location.hash.slice(1)));
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => page.redraw());
  if (model.refreshSeconds !== undefined) {
    // A page nobody looks at asks nothing: on AWS every question has a price.
    setInterval(() => document.hidden || void page.refresh(false), model.refreshSeconds * 1_000);
  }
}
