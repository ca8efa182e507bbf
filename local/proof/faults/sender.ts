/** Sends events through the collector as a patient client does: what is not answered, or not accepted for now, is sent again. */
import { setTimeout as sleep } from "node:timers/promises";
import type { PlatformOutputs } from "../../pipeline/outputs";

export interface SenderArgs {
  readonly outputs: PlatformOutputs;
  readonly dataSet: string;
  /** Events of a request. */
  readonly batch: number;
  /** Requests under way at once. */
  readonly clients: number;
}

export interface Sent {
  readonly events: number;
  readonly accepted: number;
  /** By the collector, with a reason. */
  readonly refused: number;
  /** Requests that were sent again, since the cloud did not answer or could not take them. */
  readonly again: number;
}

interface Answer {
  readonly accepted: number;
  readonly refused: readonly { readonly status?: number; readonly reasons?: readonly string[] }[];
}

/** Longest time that one request is sent again and again. */
const PATIENCE_MS = 120_000;
const PAUSE_MS = 250;
/** Of one request: a server that is killed with a request in hand may never answer. */
const TIMEOUT_MS = 45_000;

export class Sender {
  private next = 0;
  private accepted = 0;
  private refused = 0;
  private again = 0;
  private allowed = 0;

  constructor(
    private readonly args: SenderArgs,
    private readonly events: readonly unknown[],
  ) {}

  /** Share of the events that are on their way or through, 0 to 1. */
  get share(): number {
    return this.next / this.events.length;
  }

  /** Lets it send up to a share of the events; it begins with none. */
  allow(share: number): void {
    this.allowed = share;
  }

  /** @throws Error when the collector does not take a request for two minutes, or answers for more or fewer events. */
  async run(): Promise<Sent> {
    await Promise.all(Array.from({ length: this.args.clients }, () => this.client()));
    return {
      events: this.events.length,
      accepted: this.accepted,
      refused: this.refused,
      again: this.again,
    };
  }

  private async client(): Promise<void> {
    for (;;) {
      while (this.share >= this.allowed && this.share < 1) await sleep(PAUSE_MS / 5);
      const batch = this.events.slice(this.next, this.next + this.args.batch);
      this.next += batch.length;
      if (batch.length === 0) return;
      const { accepted, refused } = await this.patiently(batch);
      if (accepted + refused.length !== batch.length) {
        throw new Error(`The collector answered for ${accepted + refused.length} of ${batch.length} events`);
      }
      this.accepted += accepted;
      this.refused += refused.length;
    }
  }

  private async patiently(batch: readonly unknown[]): Promise<Answer> {
    const body = JSON.stringify(batch);
    const until = Date.now() + PATIENCE_MS;
    for (;;) {
      const { status, answer } = await this.post(body);
      if (answer !== undefined) return answer;
      if (Date.now() > until) throw new Error(`The collector does not take events: ${status}`);
      this.again += 1;
      await sleep(PAUSE_MS);
    }
  }

  /** An answer that is final, or what hindered it. */
  private async post(body: string): Promise<{ readonly status: string; readonly answer?: Answer }> {
    const { outputs, dataSet } = this.args;
    try {
      const response = await fetch(`${outputs.eventsUrl}/${dataSet.replace(".", "/")}`, {
        method: "POST",
        headers: { "content-type": "application/json", "x-api-key": outputs.apiKey },
        body,
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
      const text = await response.text();
      // 202, 207 and 400 tell of each event; all else is of the moment.
      if (![202, 207, 400].includes(response.status)) return { status: `answer ${response.status}` };
      return { status: "", answer: JSON.parse(text) as Answer };
    } catch (error) {
      return { status: (error as Error).name };
    }
  }
}
