/** Runs the charts' queries, few at a time, and keeps each answer for a while: readers and tabs must not multiply scans. */
import type { Chart, Dashboard } from "./definition";
import { chartSql, type Databases } from "./sql";

/** What a query engine gives back: values as text, null for SQL null (as Athena's API does). */
export interface QueryResult {
  readonly columns: readonly { readonly name: string; readonly type: string }[];
  readonly rows: readonly (readonly (string | null)[])[];
}

/** Runs one SQL statement as the analyst role and resolves with all its rows; rejects with the engine's reason. */
export type Query = (sql: string) => Promise<QueryResult>;

/** A chart's rows, or why there are none. */
export type ChartAnswer = (QueryResult | { readonly error: string }) & {
  /** When the query was answered, ISO 8601 in UTC. */
  readonly refreshedAt: string;
};

/** Queries under way at once: a laptop has few cores, and Athena's default quota for active queries is shared by all. */
const CONCURRENCY = 3;
/** Characters of an engine's message that a reader sees. */
const REASON_LENGTH = 300;

interface Question {
  readonly sql: string;
  answer?: ChartAnswer;
  answeredAt: number;
  pending?: Promise<ChartAnswer>;
}

export class ChartAnswers {
  private readonly questions = new Map<string, Question>();
  private running = 0;
  private readonly waiting: (() => void)[] = [];

  /**
   * Makes every chart's SQL at once, so that a definition that does not fit the stack is told before any page opens.
   *
   * @throws Error when a dashboard names a database that `databases` lacks.
   */
  constructor(
    dashboards: readonly Dashboard[],
    databases: Databases,
    private readonly query: Query,
  ) {
    for (const dashboard of dashboards) {
      for (const chart of dashboard.charts) {
        const sql = chartSql(dashboard, chart, databases);
        this.questions.set(key(dashboard.id, chart.id), { sql, answeredAt: 0 });
      }
    }
  }

  /** The SQL behind a chart; undefined when there is no such chart. */
  sql(dashboard: string, chart: string): string | undefined {
    return this.questions.get(key(dashboard, chart))?.sql;
  }

  /**
   * The chart's answer, asked anew when the last one is older than `maxAge`; undefined when there is no such chart.
   *
   * @param maxAge Milliseconds.
   */
  async answer(dashboard: string, chart: string, maxAge: number): Promise<ChartAnswer | undefined> {
    const question = this.questions.get(key(dashboard, chart));
    if (question === undefined) return undefined;
    if (question.answer !== undefined && Date.now() - question.answeredAt <= maxAge) return question.answer;
    question.pending ??= this.ask(question).finally(() => delete question.pending);
    return question.pending;
  }

  private async ask(question: Question): Promise<ChartAnswer> {
    await this.turn();
    try {
      const { columns, rows } = await this.query(question.sql);
      question.answer = { columns, rows, refreshedAt: new Date().toISOString() };
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      question.answer = { error: reason.slice(0, REASON_LENGTH), refreshedAt: new Date().toISOString() };
    } finally {
      this.running -= 1;
      this.waiting.shift()?.();
    }
    question.answeredAt = Date.now();
    return question.answer;
  }

  private async turn(): Promise<void> {
    while (this.running >= CONCURRENCY) await new Promise<void>((resolve) => this.waiting.push(resolve));
    this.running += 1;
  }
}

/** Every chart with its dashboard, in reading order. */
export function eachChart(dashboards: readonly Dashboard[]): { dashboard: Dashboard; chart: Chart }[] {
  return dashboards.flatMap((dashboard) => dashboard.charts.map((chart) => ({ dashboard, chart })));
}

function key(dashboard: string, chart: string): string {
  return `${dashboard}/${chart}`;
}
