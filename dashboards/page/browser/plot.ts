/** Bar and line charts, drawn by ECharts on a canvas. Tooltips are drawn too ("richText"), so no value becomes HTML. */
import { BarChart as Bars, LineChart as Lines } from "echarts/charts";
import {
  DataZoomSliderComponent,
  GridComponent,
  LegendComponent,
  TooltipComponent,
} from "echarts/components";
import { type EChartsCoreOption, type EChartsType, init, use } from "echarts/core";
import { CanvasRenderer } from "echarts/renderers";

import type { QueryResult } from "../../answers";
import type { BarChart } from "../../definition";
import type { Formats } from "./format";
import type { LineSeries } from "./series";

use([Bars, Lines, GridComponent, LegendComponent, TooltipComponent, DataZoomSliderComponent, CanvasRenderer]);

/** More points than this in one line get a slider to look closer. */
const POINTS_WITHOUT_SLIDER = 240;
/** Points up to which each one is marked, so that a lone point is seen at all. */
const MARKED_POINTS = 30;
const BAR_HEIGHT = 34;
/** The coarsest unit that changes at a tick; days with their month, which a bare number would leave to guess. */
const TIME_LABELS = {
  year: "{yyyy}",
  month: "{yyyy}-{MM}",
  day: "{MM}-{dd}",
  hour: "{HH}:{mm}",
  minute: "{HH}:{mm}",
};

/** A drawing area in an element, following its width and the reader's light or dark scheme. */
export class Plot {
  private readonly chart: EChartsType;
  private readonly watch: ResizeObserver;

  constructor(private readonly area: HTMLElement) {
    this.chart = init(area, undefined, { renderer: "canvas" });
    this.watch = new ResizeObserver(() => this.chart.resize());
    this.watch.observe(area);
  }

  bars(chart: BarChart, { columns, rows }: QueryResult, unit: string, formats: Formats): void {
    const at = (name: string): number => columns.findIndex((column) => column.name === name);
    const [category, value] = [at("category"), at("value")];
    const colours = coloursOf(this.area);
    this.area.style.height = `${Math.max(3, rows.length) * BAR_HEIGHT + 56}px`;
    this.chart.resize();
    this.draw({
      color: colours.series,
      grid: { left: 8, right: 56, top: 8, bottom: 8, outerBoundsMode: "same", outerBoundsContain: "all" },
      tooltip: {
        ...tooltip(colours),
        trigger: "item",
        valueFormatter: (each: number) => `${formats.number(each)} ${unit}`,
      },
      xAxis: {
        type: "value",
        ...axis(colours),
        minInterval: whole(chart),
      },
      yAxis: {
        type: "category",
        inverse: true,
        data: rows.map((row) => row[category] ?? ""),
        axisLine: { lineStyle: { color: colours.line } },
        axisTick: { show: false },
        axisLabel: {
          color: colours.text,
          fontSize: 13,
          width: this.area.clientWidth * 0.36,
          overflow: "truncate",
        },
      },
      series: [
        {
          type: "bar",
          barMaxWidth: 20,
          itemStyle: { borderRadius: [0, 4, 4, 0] },
          label: {
            show: true,
            position: "right",
            color: colours.text,
            formatter: ({ value: shown }: { value: number }) => formats.number(shown),
          },
          data: rows.map((row) => Number(row[value] ?? 0)),
        },
      ],
    });
  }

  lines(series: readonly LineSeries[], unit: string, formats: Formats): void {
    const colours = coloursOf(this.area);
    const longest = Math.max(...series.map(({ points }) => points.length));
    const named = series.length > 1 || series[0]?.name !== "";
    const slider = longest > POINTS_WITHOUT_SLIDER;
    this.draw({
      color: colours.series,
      useUTC: true,
      grid: {
        left: 8,
        right: 20,
        top: named ? 44 : 24,
        bottom: slider ? 56 : 8,
        outerBoundsMode: "same",
        outerBoundsContain: "all",
      },
      legend: named
        ? {
            type: "plain",
            top: 0,
            left: 0,
            icon: "roundRect",
            itemWidth: 14,
            itemHeight: 4,
            textStyle: { color: colours.text },
          }
        : { show: false },
      tooltip: {
        ...tooltip(colours),
        trigger: "axis",
        valueFormatter: (each: number) => `${formats.number(each)} ${unit}`,
      },
      dataZoom: slider ? [zoom(colours)] : [],
      xAxis: {
        type: "time",
        axisLine: { lineStyle: { color: colours.line } },
        axisLabel: { color: colours.muted, hideOverlap: true, formatter: TIME_LABELS },
        splitLine: { show: false },
      },
      yAxis: { type: "value", ...axis(colours), minInterval: 1 },
      series: series.map(({ name, points }) => ({
        type: "line",
        name,
        lineStyle: { width: 2 },
        symbolSize: 6,
        showSymbol: points.length <= MARKED_POINTS,
        emphasis: { focus: "series" },
        data: points.map(([instant, value]) => [formats.wallClock(instant), value]),
      })),
    });
  }

  dispose(): void {
    this.watch.disconnect();
    this.chart.dispose();
  }

  private draw(option: EChartsCoreOption): void {
    const font = getComputedStyle(this.area).fontFamily;
    this.chart.setOption(
      { animation: false, textStyle: { fontFamily: font }, ...option },
      { notMerge: true },
    );
  }
}

interface Colours {
  readonly series: string[];
  readonly text: string;
  readonly muted: string;
  readonly line: string;
  readonly card: string;
}

/** Colours live in the style sheet, which knows the reader's scheme. */
function coloursOf(area: HTMLElement): Colours {
  const style = getComputedStyle(area);
  const colour = (name: string): string => style.getPropertyValue(`--${name}`).trim();
  return {
    series: [1, 2, 3, 4, 5, 6].map((number) => colour(`series-${number}`)),
    text: colour("text"),
    muted: colour("muted"),
    line: colour("line"),
    card: colour("card"),
  };
}

function axis(colours: Colours): object {
  return {
    // On a telephone numbers would run into each other.
    axisLabel: { color: colours.muted, hideOverlap: true },
    splitLine: { lineStyle: { color: colours.line, type: "dashed" } },
  };
}

function tooltip(colours: Colours): object {
  return {
    renderMode: "richText",
    confine: true,
    backgroundColor: colours.card,
    borderColor: colours.line,
    textStyle: { color: colours.text },
  };
}

/** A slider under a long line. */
function zoom(colours: Colours): object {
  const shade = { lineStyle: { color: colours.muted }, areaStyle: { color: colours.line } };
  return {
    type: "slider",
    height: 22,
    bottom: 8,
    brushSelect: false,
    borderColor: colours.line,
    fillerColor: "rgba(110, 160, 130, 0.18)",
    dataBackground: shade,
    selectedDataBackground: shade,
    handleStyle: { color: colours.card, borderColor: colours.muted },
    moveHandleStyle: { color: colours.muted },
    textStyle: { color: colours.text },
  };
}

/** Counts have no half units on their axis. */
function whole(chart: BarChart): number {
  return chart.value.agg === "count" || chart.value.agg === "count_distinct" ? 1 : 0;
}
