/** What each step of each stack's life did, and how long it took: told at the end, and written beside the engine's suite. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { PATHS } from "../../local/paths";

interface Cell {
  readonly what: string;
  readonly seconds?: number;
}

const FILE = join(PATHS.own, "engine", "report.json");

export class LifecycleTable {
  private readonly rows = new Map<string, Map<string, Cell>>();
  /** Resources by component and stack. */
  private readonly components = new Map<string, Map<string, number>>();

  constructor(
    private readonly stacks: readonly string[],
    private readonly engine: () => string,
  ) {}

  /** @param seconds absent where nothing ran. */
  put(row: string, stack: string, what: string, seconds?: number): void {
    const cells = this.rows.get(row) ?? new Map<string, Cell>();
    this.rows.set(row, cells.set(stack, { what, seconds }));
  }

  /** @param resources made in it, without components. */
  count(component: string, stack: string, resources: number): void {
    const counts = this.components.get(component) ?? new Map<string, number>();
    this.components.set(component, counts.set(stack, resources));
  }

  /** Rows are steps, then components with what was made in each; columns are stacks. */
  toString(): string {
    const made = [...this.components].map(([component, counts]) => [
      `made in ${component}`,
      ...this.stacks.map((stack) => String(counts.get(stack) ?? "–")),
    ]);
    const lines = [
      ["", ...this.stacks],
      ...[...this.rows].map(([row, cells]) => [row, ...this.stacks.map((stack) => told(cells.get(stack)))]),
      ["together", ...this.stacks.map((stack) => `${this.secondsOf(stack).toFixed(0)} s`)],
      ...made,
    ];
    const widths = lines[0]!.map((_, at) => Math.max(...lines.map((cells) => cells[at]!.length)));
    return lines
      .map((cells) =>
        cells
          .map((cell, at) => cell.padEnd(widths[at]!))
          .join("  ")
          .trimEnd(),
      )
      .join("\n");
  }

  write(): void {
    const steps = [...this.rows].map(([step, cells]) => ({ step, ...Object.fromEntries(cells) }));
    const components = [...this.components].map(([component, counts]) => ({
      component,
      ...Object.fromEntries(counts),
    }));
    mkdirSync(join(FILE, ".."), { recursive: true });
    writeFileSync(FILE, `${JSON.stringify({ engine: this.engine(), steps, components }, null, 2)}\n`);
  }

  private secondsOf(stack: string): number {
    return [...this.rows.values()].reduce((sum, cells) => sum + (cells.get(stack)?.seconds ?? 0), 0);
  }
}

function told(cell: Cell | undefined): string {
  if (cell === undefined) return "–";
  return cell.seconds === undefined ? cell.what : `${cell.what}, ${cell.seconds.toFixed(0)} s`;
}
