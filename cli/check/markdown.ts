/** A change of the plan as a comment of a pull request: Markdown as GitHub shows it. Every text in it may be a stranger's. */
import type { CostDifference } from "../cost/difference";
import type { ChangeAction, PlanDifference, ResourceChange } from "../plan/difference";
import { plural } from "../plural";
import { lossHints, type StackComparison } from "./comparison";
import { sameFix, type CheckFinding } from "./findings";

/** The comment's first line, by which the next run finds it. */
export const COMMENT_MARK = "<!-- naru check -->";

/** GitHub refuses comments of more than 65,536 characters (REST API, "Create an issue comment"). */
const LONGEST = 60_000;

/** So many lines a person reads; the rest is in the SARIF file. */
const MOST_FINDINGS = 30;
const MOST_RESOURCES = 40;
const MOST_INPUTS = 5;

const ACTIONS = ["replace", "delete", "create", "update"] as const satisfies readonly ChangeAction[];
const DONE: Readonly<Record<ChangeAction, string>> = {
  replace: "replaced",
  delete: "deleted",
  create: "created",
  update: "changed",
};

/** The whole comment, for each stack: what is lost first, then what is broken, then what changes, and what it costs. */
export function commentOf(stacks: readonly StackComparison[]): string {
  const bases = [
    ...new Set(stacks.map(({ base }) => `${code(base.reference)} (${code(base.commit.slice(0, 12))})`)),
  ];
  const whole = [
    COMMENT_MARK,
    `## Naru: what this change does to ${stacks.map(({ stack }) => plain(stack)).join(", ")}`,
    "",
    `Held against ${bases.join(", ")}. Offline: no account was asked.`,
    ...stacks.flatMap((stack) => ["", ...sectionOf(stack)]),
  ].join("\n");
  if (whole.length <= LONGEST) return `${whole}\n`;
  return `${whole.slice(0, whole.lastIndexOf("\n", LONGEST))}\n\nThe rest is too long for a comment: see the files of the run.\n`;
}

function sectionOf(stack: StackComparison): string[] {
  const { violations, warnings } = stack.findings.broken;
  return [
    `### ${violations.length > 0 ? "❌" : stack.plan.losses.length > 0 ? "⚠️" : "✅"} ${plain(stack.stack)}: ${verdict(stack)}`,
    ...stack.remarks.flatMap((remark) => ["", text(remark)]),
    ...lost(stack.stack, stack.plan.losses),
    ...findings("Broken by this change", [...violations, ...warnings]),
    ...findings("Silenced by this change: still so, but no rule says it any more", stack.findings.silenced),
    ...findings("Mended by this change", stack.findings.mended),
    ...plan(stack.plan),
    ...cost(stack.cost),
  ];
}

function verdict({
  findings: { broken, mended, silenced, remaining },
  plan: { counts, losses },
}: StackComparison): string {
  const changed = Object.values(counts).reduce((sum, count) => sum + count, 0);
  return [
    `${broken.violations.length} broken`,
    ...(broken.warnings.length > 0 ? [plural(broken.warnings.length, "warning")] : []),
    ...(broken.undecided.length > 0 ? [`${broken.undecided.length} undecided`] : []),
    ...(losses.length > 0 ? [`${losses.length} lost`] : []),
    ...(silenced.length > 0 ? [`${silenced.length} silenced`] : []),
    `${mended.length} mended`,
    ...(remaining > 0 ? [`${remaining} broken before`] : []),
    `${plural(changed, "resource")} changed`,
  ].join(", ");
}

/** What can't be made again and would be gone, in red. */
function lost(stack: string, losses: readonly ResourceChange[]): string[] {
  if (losses.length === 0) return [];
  return [
    "",
    "> [!CAUTION]",
    `> ${plural(losses.length, "resource")} with what can't be made again would be replaced or deleted:`,
    ...losses
      .slice(0, MOST_RESOURCES)
      .map(
        (change) =>
          `> - **${DONE[change.action]}**: ${resource(change)}; gone: ${text(change.loses ?? "")}${change.protected ? " (protected: Pulumi refuses)" : ""}`,
      ),
    ...more(losses.length, MOST_RESOURCES, "> - "),
    ...lossHints(plain(stack), losses).flatMap((hint) => [">", `> ${hint}`]),
  ];
}

function findings(title: string, all: readonly CheckFinding[]): string[] {
  if (all.length === 0) return [];
  const rows = sameFix(all);
  return [
    "",
    `**${title}**`,
    "",
    "| severity | rule | resource | problem | fix |",
    "|---|---|---|---|---|",
    ...rows.slice(0, MOST_FINDINGS).map((same) => {
      const { severity, level, rule, resource: name, fix, reference } = same[0]!;
      const problems = same.map(({ problem }) => text(problem)).join("<br>");
      return `| ${severity}${level === "advisory" ? " (advisory)" : ""} | ${code(rule)}<br>${text(reference)} | ${code(name)} | ${problems} | ${text(fix)} |`;
    }),
    ...more(rows.length, MOST_FINDINGS, "\n"),
  ];
}

function plan({ components }: PlanDifference): string[] {
  if (components.length === 0) return ["", "The plan stays as it is."];
  const changes = components.flatMap((each) => each.changes);
  const count = (of: readonly ResourceChange[], action: ChangeAction) =>
    of.filter((each) => each.action === action).length || "";
  return [
    "",
    `| component | ${ACTIONS.map((action) => DONE[action]).join(" | ")} |`,
    `|---|${ACTIONS.map(() => "--:|").join("")}`,
    ...components.map(
      (each) =>
        `| ${code(each.component)} | ${ACTIONS.map((action) => count(each.changes, action)).join(" | ")} |`,
    ),
    "",
    "<details><summary>Resources</summary>",
    "",
    ...ACTIONS.flatMap((action) => changes.filter((each) => each.action === action))
      .slice(0, MOST_RESOURCES)
      .map((change) => `- ${DONE[change.action]}: ${resource(change)}`),
    ...more(changes.length, MOST_RESOURCES, "- "),
    "",
    "</details>",
  ];
}

function resource({ name, type, inputs }: ResourceChange): string {
  const shown =
    inputs.slice(0, MOST_INPUTS).map(code).join(", ") + (inputs.length > MOST_INPUTS ? ", …" : "");
  return `${code(name)} (${code(type)})${inputs.length > 0 ? `: ${shown}` : ""}`;
}

function cost(difference: CostDifference | null): string[] {
  if (difference === null) return ["", "What this change adds to the cost can't be told."];
  const { total, components, krwPerUsd, newlyNotPriced } = difference;
  const unpriced =
    newlyNotPriced.length > 0 ? ["", `New and not priced: ${newlyNotPriced.map(code).join(", ")}.`] : [];
  if (components.length === 0) return ["", `Cost: ${usd(total.after)} USD a month, as before.`, ...unpriced];
  const added = total.after - total.before;
  const won = Math.round(added * krwPerUsd);
  return [
    "",
    `Cost: ${usd(total.before)} → **${usd(total.after)} USD** a month (${signed(added)} USD, ${won > 0 ? "+" : ""}${won.toLocaleString("en-US")} KRW).`,
    "",
    "| component | USD a month before | after | difference |",
    "|---|--:|--:|--:|",
    ...components.map(
      ({ component, before, after }) =>
        `| ${code(component)} | ${usd(before)} | ${usd(after)} | ${signed(after - before)} |`,
    ),
    ...unpriced,
  ];
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
