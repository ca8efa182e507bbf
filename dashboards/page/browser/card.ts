/** One chart on the page: title, unit, and one of four states: loading, rows, no rows yet, failed. */
import type { ChartAnswer, QueryResult } from "../../answers";
import type { PageChart } from "../model";
import { element } from "./element";
import type { Formats } from "./format";
import { Plot } from "./plot";
import { lineSeries } from "./series";
import { tableOf } from "./table";
import { type Language, say, type Words } from "./words";

export class Card {
  readonly element: HTMLElement;
  private readonly body: HTMLElement;
  private readonly aside: HTMLElement;
  private plot?: Plot;
  private answer?: ChartAnswer;

  constructor(
    private readonly chart: PageChart,
    private readonly language: Language,
    private readonly words: Words,
    private readonly formats: Formats,
  ) {
    const query = element("pre", { hidden: "" }, chart.sql);
    const reveal = element("button", { type: "button", class: "sql", "aria-expanded": "false" }, "SQL");
    reveal.addEventListener("click", () => {
      query.hidden = !query.hidden;
      reveal.setAttribute("aria-expanded", String(!query.hidden));
    });
    this.aside = element("span", { class: "aside" });
    this.body = element("div", { class: "body", "aria-busy": "true" }, this.message(words.loading));
    const title = element("h2", { id: `title-${chart.id}` }, say(chart.title, language));
    const note = chart.note === undefined ? [] : [element("p", { class: "note" }, say(chart.note, language))];
    this.element = element(
      "section",
      { class: `card ${chart.type}`, "aria-labelledby": title.id },
      element("header", {}, title, this.aside, reveal),
      query,
      this.body,
      ...note,
    );
    this.element.style.setProperty("--width", String(chart.width));
    if ("value" in chart && chart.type !== "kpi") this.tell(this.unit());
  }

  /** Shows an answer in place of what stood there; one that says the same leaves a scrolled table where it is. */
  show(answer: ChartAnswer): void {
    if (this.answer !== undefined && sameContent(this.answer, answer)) return;
    this.answer = answer;
    this.draw(answer);
  }

  /** Draws the last answer again, after the colour scheme changed. */
  redraw(): void {
    if (this.answer !== undefined) this.draw(this.answer);
  }

  dispose(): void {
    this.plot?.dispose();
  }

  private draw(answer: ChartAnswer): void {
    this.body.setAttribute("aria-busy", "false");
    this.body.classList.remove("failed");
    if ("error" in answer) {
      this.body.classList.add("failed");
      return this.replace(this.message(this.words.failed, answer.error));
    }
    const onlyNull = this.chart.type === "kpi" && answer.rows[0]?.[0] == null;
    if (answer.rows.length === 0 || onlyNull) {
      return this.replace(this.message(this.words.empty, this.words.emptyHint));
    }
    this.fill(answer);
  }

  private fill(result: QueryResult): void {
    const { chart, formats, language, words } = this;
    switch (chart.type) {
      case "kpi": {
        const number = element("span", { class: "number" }, formats.number(Number(result.rows[0]?.[0])));
        return this.replace(element("p", {}, number, " ", element("span", { class: "unit" }, this.unit())));
      }
      case "table":
        this.tell(words.rows(formats.number(result.rows.length)));
        return this.replace(
          element(
            "div",
            { class: "scroll", tabindex: "0", role: "region", "aria-label": say(chart.title, language) },
            tableOf(chart, result, formats, language),
          ),
        );
      case "bar":
        return this.canvas().bars(chart, result, this.unit(), formats);
      case "line": {
        const { shown, all } = lineSeries(chart, result);
        this.tell(all > shown.length ? `${this.unit()} · ${words.shown(shown.length, all)}` : this.unit());
        return this.canvas().lines(shown, this.unit(), formats);
      }
    }
  }

  /** The drawing area, kept over refreshes so that a chart does not blink. */
  private canvas(): Plot {
    if (this.plot === undefined) {
      const label = `${say(this.chart.title, this.language)}, ${this.unit()}`;
      const area = element("div", { class: "plot", role: "img", "aria-label": label });
      this.replace(area);
      this.plot = new Plot(area);
    }
    return this.plot;
  }

  private replace(content: HTMLElement): void {
    this.plot?.dispose();
    delete this.plot;
    this.body.replaceChildren(content);
  }

  private tell(text: string): void {
    this.aside.textContent = text;
  }

  private unit(): string {
    return "value" in this.chart ? say(this.chart.value.unit, this.language) : "";
  }

  private message(title: string, detail?: string): HTMLElement {
    const more = detail === undefined ? [] : [element("span", {}, detail)];
    return element("p", { class: "message" }, element("strong", {}, title), ...more);
  }
}

function sameContent(a: ChartAnswer, b: ChartAnswer): boolean {
  return JSON.stringify({ ...a, refreshedAt: "" }) === JSON.stringify({ ...b, refreshedAt: "" });
}
