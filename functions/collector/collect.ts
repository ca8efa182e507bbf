/** The collector: validates the events of one request and answers as soon as the stream has taken them. */
import type { KinesisClient } from "@aws-sdk/client-kinesis";
import type { APIGatewayProxyEvent, APIGatewayProxyResult } from "aws-lambda";
import type { FunctionSpec } from "../../components/contract/function-spec";
import { reasonOf } from "../reason";
import { corsHeaders, preflight } from "./cors";
import { keyOf, putEvents, type IndexedEvent } from "./put-events";
import { bodyOf, dataSetOf, eventsOf, RequestError, type Events } from "./request";
import { unmarkedReason, UnmarkedValues } from "./unmarked";
import { EventValidator } from "./validate";
import type { Webhooks } from "./webhooks";

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
  /** Origins of pages that may send events, e.g. `https://www.example.com`. @default [] */
  readonly origins?: readonly string[];
  /** Third parties that post events of their own form. @default none */
  readonly webhooks?: Webhooks;
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
  /** Places of events whose primary key stood earlier in the request: the stream takes both, curated keeps one. */
  readonly repeated?: readonly number[];
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
  readonly repeated: number[];
  /** Events by `<key> <kind>` of what their values look like. */
  readonly unmarked: ReadonlyMap<string, number>;
}

/** An answer before its headers. */
interface Answered {
  readonly status: number;
  readonly body: CollectorAnswer & { readonly message?: string };
}

/**
 * Handles `POST /v1/events/{domain}/{name}`, `POST /v1/webhooks/<name>` and what browsers ask before (`OPTIONS`):
 * 202 all taken, 207 some refused, 400 all refused or not JSON, 401 not signed by the webhook's sender, 404 no such data set,
 * 413 too much, 415 not declared as JSON, 503 the stream did not take all valid ones (`failed` says which).
 *
 * The same event may be sent again at any time: its primary key makes it one.
 */
export class Collector {
  private readonly checks = new Map<string, Checks>();

  constructor(private readonly args: CollectorArgs) {}

  async handle(request: APIGatewayProxyEvent): Promise<APIGatewayProxyResult> {
    const { origins = [] } = this.args;
    if (request.httpMethod === "OPTIONS") return preflight(request, origins);
    const { status, body } = await this.answer(request);
    return {
      statusCode: status,
      headers: {
        "content-type": "application/json",
        ...(status === 503 && { "retry-after": "1" }),
        ...corsHeaders(request, origins),
      },
      body: JSON.stringify(body),
    };
  }

  private async answer(request: APIGatewayProxyEvent): Promise<Answered> {
    try {
      const webhook = this.args.webhooks?.of(request);
      const { spec, stream } = this.route(webhook?.dataSet ?? dataSetOf(request));
      const events =
        webhook === undefined
          ? eventsOf(bodyOf(request))
          : await this.args.webhooks!.eventsOf(webhook, request);
      return await this.collect(spec, stream, events);
    } catch (error) {
      if (error instanceof RequestError) {
        this.args.log.info("request refused", { status: error.status, reason: error.message });
        return { status: error.status, body: { accepted: 0, refused: [], message: error.message } };
      }
      // Lambda would log the error with its message, which may quote the request.
      this.args.log.error("the collector failed", { reason: reasonOf(error) });
      const message = "the collector failed; send the same again: an event is kept once";
      return { status: 500, body: { accepted: 0, refused: [], message } };
    }
  }

  private route(id: string): { spec: FunctionSpec; stream: string } {
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

  private async collect(spec: FunctionSpec, stream: string, events: Events): Promise<Answered> {
    const { valid, refused, repeated, unmarked } = this.sort(spec, events);
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
    const body = { accepted, refused, ...(repeated.length > 0 && { repeated }) };
    if (failed.length > 0) {
      log.error("the stream did not take all events", { ...counts, errors });
      return { status: 503, body: { ...body, failed } };
    }
    log.info("events collected", { ...counts, repeated: repeated.length });
    return { status: refused.length === 0 ? 202 : accepted === 0 ? 400 : 207, body };
  }

  private sort(spec: FunctionSpec, { all, repeating }: Events): SortedEvents {
    const { validator, values } = this.checksOf(spec);
    const valid: IndexedEvent[] = [];
    const refused: Refusal[] = [];
    const unmarked = new Map<string, number>();
    const repeated: number[] = [];
    const keys = new Set<string>();
    all.forEach((event, index) => {
      const personal = values.in(event);
      const reasons = [
        ...validator.reasons(event),
        ...personal.map(unmarkedReason),
        ...(repeating.has(index) ? ["event: names a key twice; name each once"] : []),
      ];
      if (reasons.length > 0) {
        refused.push({ index, reasons });
      } else {
        const taken = { index, event: event as Record<string, unknown> };
        const key = keyOf(spec, taken.event);
        if (keys.has(key)) repeated.push(index);
        keys.add(key);
        valid.push(taken);
      }
      for (const { key, kind } of personal) {
        const counted = `${key} ${kind}`;
        unmarked.set(counted, (unmarked.get(counted) ?? 0) + 1);
      }
    });
    return { valid, refused, repeated, unmarked };
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
