import { read, readObject } from "../model/reading";
import type { Remedy } from "../model/remedy";
import { API_METHOD_SETTINGS } from "../model/types";

/** Traces are for looking into a fault; what they would write is personal data in clear. */
export const apiDataTrace: Remedy = {
  name: "remedy-api-data-trace",
  rule: "api-logs",
  types: [API_METHOD_SETTINGS],
  description: "Turns off the traces that write bodies of requests into the log.",
  apply(inputs) {
    const trace = read(inputs, ["settings", "dataTraceEnabled"]);
    const settings = readObject(inputs, ["settings"]);
    if (settings.state !== "known" || trace.state !== "known" || trace.value === false) return false;
    settings.value.dataTraceEnabled = false;
    return true;
  },
};
