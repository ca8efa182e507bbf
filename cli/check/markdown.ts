/** A change of the plan as a comment of a pull request: Markdown as GitHub shows it. Every text in it may be a stranger's. */
import { plural } from "../plural";
import type { CheckFinding } from "./findings";

/** What one change does to the stacks. */
export interface ChangeReport {
  /** What the change is held against, a commit or branch. */
  readonly base: string;
  readonly stacks: readonly StackChange[];
}

export interface StackChange {
  readonly stack: string;
  readonly resources: readonly ResourceChange[];
  /** What this change broke, the worst first. */
  readonly broken: readonly CheckFinding[];
  /** What this change put right. */
  readonly mended: readonly CheckFinding[];
  /** Findings that stood before and still stand. */
  readonly standing: number;
  /** What the preview can't decide. */
  readonly undecided: number;
  /** Null: it could not be reckoned. */
  readonly cost: CostChange | null;
}

export interface ResourceChange {
  readonly change: "created" | "changed" | "replaced" | "deleted";
  /** Top component that the resource stands in. */
  readonly component: string;
  readonly type: string;
  readonly name: string;
  /** Whether it holds data or keys that go with it. */
  readonly stateful: boolean;
  /** Inputs that differ; of a replaced one, those that replace it. */
  readonly properties: readonly string[];
}

export interface CostChange {
  /** USD a month, idle and usage together. */
  readonly before: number;
  readonly after: number;
  readonly krwPerUsd: number;
  readonly components: readonly {
    readonly component: string;
    readonly before: number;
    readonly after: number;
  }[];
}

/** The comment's first line, by which the next run finds it. */
export const COMMENT_MARK = "<!-- naru check -->";

/** GitHub refuses comments of more than 65,536 characters (REST API, "Create an issue comment"). */
const LONGEST = 60_000;

/** So many lines a person reads; the rest is in the SARIF file. */
const MOST_FINDINGS = 30;
const MOST_RESOURCES = 40;

const CHANGES = ["replaced", "deleted", "created", "changed"] as const;

/** The whole comment: what is lost first, then what is broken, then what changes, and what it costs. */
export function commentOf({ base, stacks }: ChangeReport): string {
  const text = [
    COMMENT_MARK,
    `## Naru: what this change does to ${stacks.map(({ stack }) => stack).join(", ")}`,
    "",
    `Held against ${code(base)}. Offline: no account was asked.`,
    ...stacks.flatMap((stack) => ["", ...sectionOf(stack)]),
  ].join("\n");
  if (text.length <= LONGEST) return `${text}\n`;
  return `${text.slice(0, text.lastIndexOf("\n", LONGEST))}\n\nThe rest is too long for a comment: see the files of the run.\n`;
}

function sectionOf(stack: StackChange): string[] {
  const mandatory = stack.broken.filter(({ level }) => level === "mandatory").length;
  return [
    `### ${mandatory > 0 ? "❌" : "✅"} ${text(stack.stack)}: ${verdict(stack)}`,
    ...lost(stack.resources),
    ...findings("Broken by this change", stack.broken),
    ...findings("Mended by this change", stack.mended),
    ...plan(stack.resources),
    ...cost(stack.cost),
  ];
}

function verdict({ broken, mended, standing, undecided, resources }: StackChange): string {
  return [
    `${plural(broken.length, "rule")} broken`,
    `${mended.length} mended`,
    ...(standing > 0 ? [`${standing} broken before`] : []),
    ...(undecided > 0 ? [`${undecided} undecided`] : []),
    `${plural(resources.length, "resource")} changed`,
  ].join(", ");
}

/** What holds data and would be gone, in red. */
function lost(resources: readonly ResourceChange[]): string[] {
  const gone = resources.filter(
    ({ change, stateful }) => stateful && (change === "replaced" || change === "deleted"),
  );
  if (gone.length === 0) return [];
  const lines = gone
    .slice(0, MOST_RESOURCES)
    .map(
      ({ change, type, name, properties }) =>
        `> - **${change}**: ${code(name)} (${code(type)})${properties.length > 0 ? ` by ${list(properties)}` : ""}`,
    );
  return [
    "",
    "> [!CAUTION]",
    `> ${plural(gone.length, "resource")} with data would be replaced or deleted:`,
    ...lines,
    ...more(gone.length, MOST_RESOURCES, "> - "),
  ];
}

function findings(title: string, all: readonly CheckFinding[]): string[] {
  if (all.length === 0) return [];
  return [
    "",
    `**${title}**`,
    "",
    "| severity | rule | resource | problem | fix |",
    "|---|---|---|---|---|",
    ...all
      .slice(0, MOST_FINDINGS)
      .map(
        ({ severity, level, rule, resource, problem, fix, reference }) =>
          `| ${severity}${level === "advisory" ? " (advisory)" : ""} | ${code(rule)}<br>${text(reference)} | ${code(resource)} | ${text(problem)} | ${text(fix)} |`,
      ),
    ...more(all.length, MOST_FINDINGS, ""),
  ];
}

function plan(resources: readonly ResourceChange[]): string[] {
  if (resources.length === 0) return ["", "The plan stays as it is."];
  const components = [...new Set(resources.map(({ component }) => component))];
  const count = (component: string, change: ResourceChange["change"]) =>
    resources.filter((each) => each.component === component && each.change === change).length;
  return [
    "",
    `| component | ${CHANGES.join(" | ")} |`,
    `|---|${CHANGES.map(() => "--:|").join("")}`,
    ...components.map(
      (component) =>
        `| ${code(component)} | ${CHANGES.map((change) => count(component, change) || "").join(" | ")} |`,
    ),
    "",
    "<details><summary>Resources</summary>",
    "",
    ...CHANGES.flatMap((change) => resources.filter((each) => each.change === change))
      .slice(0, MOST_RESOURCES)
      .map(
        ({ change, type, name, properties }) =>
          `- ${change}: ${code(name)} (${code(type)})${properties.length > 0 ? `: ${list(properties)}` : ""}`,
      ),
    ...more(resources.length, MOST_RESOURCES, "- "),
    "",
    "</details>",
  ];
}

function cost(change: CostChange | null): string[] {
  if (change === null) return ["", "The cost of this change could not be reckoned."];
  const { before, after, krwPerUsd, components } = change;
  const moved = components.filter((each) => difference(each) !== 0);
  if (moved.length === 0) return ["", `Cost: ${usd(after)} USD a month, as before.`];
  const won = Math.round((after - before) * krwPerUsd);
  return [
    "",
    `Cost: ${usd(before)} → **${usd(after)} USD** a month (${signed(after - before)} USD, ${won > 0 ? "+" : ""}${won.toLocaleString("en-US")} KRW).`,
    "",
    "| component | USD a month before | after | difference |",
    "|---|--:|--:|--:|",
    ...moved.map(
      (each) =>
        `| ${code(each.component)} | ${usd(each.before)} | ${usd(each.after)} | ${signed(difference(each))} |`,
    ),
  ];
}

/** In whole cents: less is a matter of rounding. */
function difference({ before, after }: { readonly before: number; readonly after: number }): number {
  return Math.round((after - before) * 100) / 100;
}

function usd(amount: number): string {
  return amount.toLocaleString("en-US", { minimumFractionDigits: 2, maximumFractionDigits: 2 });
}

function signed(amount: number): string {
  return `${amount > 0 ? "+" : ""}${usd(amount)}`;
}

function more(count: number, shown: number, before: string): string[] {
  return count > shown ? [`${before}and ${count - shown} more`] : [];
}

function list(properties: readonly string[]): string {
  return properties.slice(0, 5).map(code).join(", ") + (properties.length > 5 ? ", …" : "");
}

/** One line of text, with code where a message marks some: no HTML, table, link or mention comes out of it. */
function text(raw: string): string {
  const parts = raw.replace(/\s+/g, " ").split("`");
  // An odd mark would open code that never ends.
  if (parts.length % 2 === 0) return plain(parts.join("'"));
  return parts.map((part, at) => (at % 2 === 0 ? plain(part) : code(part))).join("");
}

function plain(raw: string): string {
  return raw
    .replace(/[&<>]/g, (sign) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;" })[sign]!)
    .replace(/[\\[\]|*_~!]/g, (sign) => `\\${sign}`)
    .replace(/@/g, "@\u200b");
}

/** A name as code; backticks and bars would end it. */
function code(raw: string): string {
  return raw === "" ? "" : `\`${raw.replace(/\s+/g, " ").replace(/[`|]/g, "'")}\``;
}
