import { examine } from "../model/expectation";
import { readString } from "../model/reading";
import { pipa } from "../model/references";
import { undecided, violation, type Finding, type Resource, type ResourceRule } from "../model/rule";
import { API_METHOD_SETTINGS, API_STAGE, HTTP_API_STAGE } from "../model/types";

const FIX =
  "Leave `dataTraceEnabled` off, and write into `accessLogSettings.format` only what speaks of the call and not of the " +
  "caller: $context.requestId, .requestTimeEpoch, .httpMethod, .resourcePath, .status, .responseLatency, .responseLength.";

/** Variables of API Gateway that hold nothing of a body, a claim, an address or a path's own words. */
const HARMLESS = new Set(
  [
    ...[
      "requestId",
      "extendedRequestId",
      "requestTime",
      "requestTimeEpoch",
      "httpMethod",
      "protocol",
      "status",
    ],
    ...[
      "resourcePath",
      "resourceId",
      "routeKey",
      "stage",
      "apiId",
      "accountId",
      "domainName",
      "deploymentId",
    ],
    ...["responseLatency", "responseLength", "dataProcessed", "error.responseType", "awsEndpointRequestId"],
    ...["integrationLatency", "integrationStatus", "integration.latency", "integration.status"],
    ...["integration.requestId", "integration.integrationStatus", "responseType"],
  ].map((variable) => `$context.${variable}`),
);

/** An API's logs tell of calls, and hold nothing that a caller sent: bodies and claims are personal data in clear. */
export const apiLogs: ResourceRule = {
  name: "api-logs",
  group: "exposure",
  scope: "resource",
  severity: "high",
  description: "APIs log each call, and neither bodies nor claims nor addresses.",
  framework: pipa("29", "Personal data is kept from loss, leak and access without right (안전조치의무)"),
  remediation: FIX,
  url: "https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-logging.html",
  types: [API_METHOD_SETTINGS, API_STAGE, HTTP_API_STAGE],
  check(resource) {
    if (resource.type === API_METHOD_SETTINGS) return traceOff(resource, "settings");
    return [
      ...(resource.type === HTTP_API_STAGE ? traceOff(resource, "defaultRouteSettings") : []),
      ...checkFormat(resource),
    ];
  },
};

function traceOff(resource: Resource, settings: string): Finding[] {
  return examine(resource, {
    path: [settings, "dataTraceEnabled"],
    accepts: (value) => value === false,
    absentIsRight: true,
    must: "must be false: it writes bodies into the log",
    fix: FIX,
  });
}

function checkFormat(stage: Resource): Finding[] {
  const format = readString(stage.props, ["accessLogSettings", "format"]);
  switch (format.state) {
    case "unknown":
      return [undecided(stage, "accessLogSettings.format", FIX)];
    case "absent":
    case "wrong-type":
      return [violation(stage, "accessLogSettings.format is missing: calls are not logged.", FIX)];
    case "known": {
      const used = format.value.match(/\$[A-Za-z]+(?:\.[A-Za-z][A-Za-z0-9_-]*|\[[^\]]*\]|\([^)]*\))*/g) ?? [];
      return used.every((variable) => HARMLESS.has(variable))
        ? []
        : [violation(stage, "accessLogSettings.format writes more than what speaks of the call.", FIX)];
    }
  }
}
