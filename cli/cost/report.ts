/** Cost as a person reads it. */
import {
  ASSUMPTIONS,
  PRICES,
  priceOf,
  type CostEstimate,
  type Price,
  type Sums,
} from "../../components/cost";
import { plural } from "../plural";
import { drivers } from "./drivers";

export interface CostReport extends CostEstimate {
  readonly stack: string;
  readonly region: string;
  /** Whose prices are reckoned with. */
  readonly pricedRegion: string;
  /** Of all streams together. */
  readonly eventsPerSecond: number;
  readonly declared: number;
  /** `naru:monthlyBudgetUsd`; null: a local stack, which nobody bills. */
  readonly monthlyBudgetUsd: number | "none" | null;
  readonly krwPerUsd: {
    readonly rate: number;
    /** YYYY-MM-DD; null: said by whoever asks. */
    readonly date: string | null;
    readonly source: string;
  };
}

export function toldCost(report: CostReport): string[] {
  return [
    ...heading(report),
    "",
    ...table(report),
    "",
    ...budget(report),
    ...drivers(report),
    "",
    ...open(report),
    ...notPriced(report),
    `Free of charge: ${plural(report.free, "resource")} of ${report.free + report.priced + unpricedCount(report)}.`,
    "",
    "Taken for granted:",
    ...report.assumptions.map((id) => `  - ${ASSUMPTIONS[id]}`),
    "",
    ...prices(report),
  ];
}

function heading({ stack, region, pricedRegion, eventsPerSecond, declared }: CostReport): string[] {
  const asked =
    eventsPerSecond === declared
      ? "as the contracts declare"
      : `asked; the contracts declare ${whole(declared)}`;
  return [
    `${stack} (${region}), a month of 730 hours, ${whole(eventsPerSecond)} events/s, ${asked}`,
    ...(region === pricedRegion ? [] : [`  prices of ${pricedRegion}: none of ${region} are known`]),
  ];
}

const COLUMNS = ["idle", "usage", "usage, retention full"] as const;

function table(report: CostReport): string[] {
  const { rate, date } = report.krwPerUsd;
  const row = (name: string, { idle, usage, usageAfterRetention }: Sums) => [
    ...[name, money(idle), money(usage), money(usageAfterRetention)],
  ];
  const won = (usd: number) => whole(Math.round(usd * rate));
  const { idle, usage, usageAfterRetention } = report.total;
  return aligned([
    ["USD a month", ...COLUMNS],
    ...report.components.map((component) => row(component.name, component)),
    row("total", report.total),
    ["total with idle", "", money(idle + usage), money(idle + usageAfterRetention)],
    [
      `KRW (${whole(rate)} a dollar, ${date ?? "as asked"})`,
      ...[won(idle), won(idle + usage), won(idle + usageAfterRetention)],
    ],
  ]);
}

/** The budget's first notice comes at this part of it. */
const FIRST_NOTICE = 0.8;

/** The estimate at its highest beside what the stack may cost. */
function budget({ stack, total, monthlyBudgetUsd: limit }: CostReport): string[] {
  const most = total.idle + Math.max(total.usage, total.usageAfterRetention);
  if (limit === null) return [];
  if (limit === "none") {
    const enough = Math.ceil(most / FIRST_NOTICE / 10) * 10;
    return [
      `No budget. Fix: pulumi config set naru:monthlyBudgetUsd ${enough} -s ${stack} (or more: what only use tells comes on top)`,
      "",
    ];
  }
  const share = `${whole(Math.round((100 * most) / limit))} %`;
  return most > limit
    ? [
        `ABOVE THE BUDGET: ${money(most)} of ${money(limit)} USD a month (${share}), and what only use tells comes on top.`,
        "  Raise naru:monthlyBudgetUsd, or look below at what costs most.",
        "",
      ]
    : [
        `Budget: ${money(most)} of ${money(limit)} USD a month (${share}); what only use tells comes on top.`,
        "",
      ];
}

/** What only use tells, the same of several components once. */
function open({ depends }: CostReport): string[] {
  const lines = grouped(
    depends.map(({ component, what, on, price }) => ({
      line: `${what}: ${on}${price === null ? "" : `; ${priceText(priceOf(price))}`}`,
      component,
    })),
  );
  return lines.length === 0 ? [] : ["Only use tells, and stands in no sum:", ...lines, ""];
}

function grouped(found: readonly { readonly line: string; readonly component: string }[]): string[] {
  const components = new Map<string, Set<string>>();
  for (const { line, component } of found) {
    components.set(line, (components.get(line) ?? new Set()).add(component));
  }
  return [...components].map(([line, names]) => `  - ${line} (${[...names].join(", ")})`);
}

function notPriced(report: CostReport): string[] {
  const count = unpricedCount(report);
  const lines = report.notPriced.map(
    ({ type, what, count: resources, why }) =>
      `  - ${resources} × ${type}${what === null ? "" : `, ${what}`}: ${why}`,
  );
  return [
    `Not priced, and in no sum: ${plural(count, "resource")}${report.notPriced.some(({ what }) => what !== null) ? ", and parts of others" : ""}`,
    ...lines,
  ];
}

/** Resources of which nothing is priced. */
function unpricedCount({ notPriced: types }: CostReport): number {
  return types.filter(({ what }) => what === null).reduce((sum, { count }) => sum + count, 0);
}

function prices({ items, unconfirmedUsd, total }: CostReport): string[] {
  const used = PRICES.filter(({ id }) => items.some(({ price }) => price === id));
  const unsure = used.filter(({ confirmed }) => !confirmed);
  const of = total.idle + total.usage;
  return [
    `Prices: list prices of ${used.length} kinds, without taxes and free tiers, each in its first tier; ${used.length - unsure.length} seen for the region.`,
    ...(unsure.length === 0
      ? []
      : [
          `Unconfirmed, ${money(unconfirmedUsd)} of ${money(of)} USD stand on them:`,
          ...unsure.map((price) => `  - ${priceText(price)}: ${price.takenFrom}`),
        ]),
  ];
}

function priceText({ usd, per, unit, confirmed, service }: Price): string {
  const amount = per === 1 ? `per ${unit}` : `for ${whole(per)} ${unit}`;
  const number = usd.toLocaleString("en-US", { minimumFractionDigits: 2, maximumFractionDigits: 10 });
  return `${service} ${number} USD ${amount}${confirmed ? "" : " (unconfirmed)"}`;
}

export function money(usd: number): string {
  if (usd > 0 && usd < 0.005) return "< 0.01";
  return usd.toLocaleString("en-US", { minimumFractionDigits: 2, maximumFractionDigits: 2 });
}

function whole(value: number): string {
  return value.toLocaleString("en-US");
}

/** Numbers to the right. */
function aligned(rows: readonly (readonly string[])[]): string[] {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  return rows.map((row) =>
    row
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[0]!) : cell.padStart(widths[column]!)))
      .join("  "),
  );
}
