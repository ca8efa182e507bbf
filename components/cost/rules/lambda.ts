/** Lambda. */
import { COLLECTOR, PSEUDONYMISER, secondsOf, TRANSFORM_BATCH_MB, type StreamLoad } from "../../capacity";
import { perRequest, roleOf, streamOf, type CostContext } from "../context";
import { eventsOf } from "../month";
import { depends, usage, type CostPart } from "../part";
import { listAt, numberAt, textAt, type PlannedResource } from "../planned-resource";

/** How often a function is called in a month, and for how long. */
export interface Calls {
  readonly number: number;
  /** Of one call, as it is billed. */
  readonly milliseconds: number;
}

export function lambdaFunction(resource: PlannedResource, context: CostContext): CostPart[] {
  const memory = numberAt(resource, "memorySize", 128);
  const price = listAt(resource, "architectures")[0] === "arm64" ? "lambda-arm" : "lambda-x86";
  const calls = callsOf(resource, context);
  if (calls === null) return [depends("calls", "how often it is called, and how long it takes", price)];
  if (memory === null) return [depends("calls", "its memory, which the plan does not know", price)];
  const number = calls.reduce((sum, call) => sum + call.number, 0);
  const seconds = calls.reduce((sum, call) => sum + (call.number * call.milliseconds) / 1000, 0);
  return [
    usage("calls", number, "lambda-requests", ["rate", "requests"]),
    usage(`seconds × ${memory} MB`, gbSeconds(seconds, memory), price, ["durations"]),
  ];
}

/** What is billed: memory in GB for each second. */
export function gbSeconds(seconds: number, megabytes: number): number {
  return (seconds * megabytes) / 1024;
}

/** Null: nothing in the plan or the contracts tells. */
export function callsOf(resource: PlannedResource, context: CostContext): Calls[] | null {
  const role = roleOf(resource);
  if (role === "collector") return context.streams.map((stream) => collectorCalls(stream, context));
  const stream = streamOf(resource, context);
  const transforms = textAt(resource, "name")?.includes("-pseudonymise-") === true;
  return stream !== undefined && transforms ? [transformCalls(stream)] : null;
}

function collectorCalls(stream: StreamLoad, context: CostContext): Calls {
  const events = perRequest(stream, context);
  return { number: eventsOf(stream) / events, milliseconds: Math.ceil(secondsOf(COLLECTOR, events) * 1000) };
}

function transformCalls(stream: StreamLoad): Calls {
  const events = Math.max(1, (TRANSFORM_BATCH_MB * 1_000_000) / stream.eventBytes);
  return {
    number: eventsOf(stream) / events,
    milliseconds: Math.ceil(secondsOf(PSEUDONYMISER, events) * 1000),
  };
}
