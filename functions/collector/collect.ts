/** The collector: validates the events of one request and answers as soon as the stream has taken them. */
import type { KinesisClient } from "@aws-sdk/client-kinesis";
import type { APIGatewayProxyEvent, APIGatewayProxyResult } from "aws-lambda";
import type { FunctionSpec } from "../../components/contract/function-spec";
import { putEvents, type IndexedEvent } from "./put-events";
import { dataSetOf, eventsOf, RequestError } from "./request";
import { unmarkedReason, UnmarkedValues } from "./unmarked";
import { EventValidator } from "./validate";

/** The little of a logger that is used, so that tests read what is logged. */
export interface Log {
  info(message: string, details: Record<string, unknown>): void;
  warn(message: string, details: Record<string, unknown>): void;
  error(message: string, details: Record<string, unknown>): void;
}

export interface CollectorArgs {
  readonly specs: ReadonlyMap<string, FunctionSpec>;
  /** Data set id to the name of its stream; only these are collected. */
  readonly streams: Readonly<Record<string, string>>;
  readonly kinesis: Pick<KinesisClient, "send">;
  readonly log: Log;
  /** Sleeps so many milliseconds between retries. @default a timer */
  readonly wait?: (milliseconds: number) => Promise<void>;
}

/** An event that is not taken and never will be, and why. */
export interface Refusal {
  /** Place in the request's array, from 0. */
  readonly index: number;
  readonly reasons: readonly string[];
}

/** Body of every answer about events. */
export interface CollectorAnswer {
  readonly accepted: number;
  readonly refused: readonly Refusal[];
  /** Places of valid events that the stream did not take (503): send these again, and only these. */
  readonly failed?: readonly number[];
}

/** What looks at the events of one data set; made once. */
interface Checks {
  readonly validator: EventValidator;
  readonly values: UnmarkedValues;
}

interface SortedEvents {
  readonly valid: IndexedEvent[];
  readonly refused: Refusal[];
  /** Events by `<key> <kind>` of what their values look like. */
  readonly unmarked: ReadonlyMap<string, number>;
}

/**
 * Handles `POST /v1/events/{domain}/{name}`:
 * 202 all taken, 207 some refused, 400 all refused or not JSON, 404 no such data set, 413 too much, 415 not declared as
 * JSON, 503 the stream did not take all valid ones (`failed` says which).
 */
export class Collector {
  private readonly checks = new Map<string, Checks>();

  constructor(private readonly args: CollectorArgs) {}

  async handle(request: APIGatewayProxyEvent): Promise<APIGatewayProxyResult> {
    try {
      const { spec, stream } = this.route(request);
      return await this.collect(spec, stream, eventsOf(request));
    } catch (error) {
      if (!(error instanceof RequestError)) throw error;
      this.args.log.info("request refused", { status: error.status, reason: error.message });
      return answer(error.status, { accepted: 0, refused: [], message: error.message });
    }
  }

  private route(request: APIGatewayProxyEvent): { spec: FunctionSpec; stream: string } {
    const id = dataSetOf(request);
    const spec = this.args.specs.get(id);
    const stream = Object.hasOwn(this.args.streams, id) ? this.args.streams[id] : undefined;
    if (spec === undefined || stream === undefined) {
      throw new RequestError(
        404,
        "no stream takes events under this path; post to /v1/events/<domain>/<name>",
      );
    }
    return { spec, stream };
  }

  private async collect(
    spec: FunctionSpec,
    stream: string,
    events: unknown[],
  ): Promise<APIGatewayProxyResult> {
    const { valid, refused, unmarked } = this.sort(spec, events);
    const { kinesis, log, wait } = this.args;
    if (unmarked.size > 0) {
      log.warn("events refused: personal data that the contract does not mark", {
        dataSet: spec.id,
        unmarked: Object.fromEntries(unmarked),
      });
    }
    const { failed, errors } = await putEvents(kinesis, stream, spec, valid, wait);
    const accepted = valid.length - failed.length;
    const counts = { dataSet: spec.id, accepted, refused: refused.length, failed: failed.length };
    if (failed.length > 0) {
      log.error("the stream did not take all events", { ...counts, errors });
      return answer(503, { accepted, refused, failed }, { "retry-after": "1" });
    }
    log.info("events collected", counts);
    return answer(refused.length === 0 ? 202 : accepted === 0 ? 400 : 207, { accepted, refused });
  }

  private sort(spec: FunctionSpec, events: unknown[]): SortedEvents {
    const { validator, values } = this.checksOf(spec);
    const valid: IndexedEvent[] = [];
    const refused: Refusal[] = [];
    const unmarked = new Map<string, number>();
    events.forEach((event, index) => {
      const personal = values.in(event);
      const reasons = [...validator.reasons(event), ...personal.map(unmarkedReason)];
      if (reasons.length > 0) refused.push({ index, reasons });
      else valid.push({ index, event: event as Record<string, unknown> });
      for (const { key, kind } of personal) {
        const counted = `${key} ${kind}`;
        unmarked.set(counted, (unmarked.get(counted) ?? 0) + 1);
      }
    });
    return { valid, refused, unmarked };
  }

  private checksOf(spec: FunctionSpec): Checks {
    let checks = this.checks.get(spec.id);
    if (checks === undefined) {
      checks = { validator: new EventValidator(spec), values: new UnmarkedValues(spec) };
      this.checks.set(spec.id, checks);
    }
    return checks;
  }
}

function answer(
  statusCode: number,
  body: CollectorAnswer & { readonly message?: string },
  headers: Record<string, string> = {},
): APIGatewayProxyResult {
  return {
    statusCode,
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify(body),
  };
}
