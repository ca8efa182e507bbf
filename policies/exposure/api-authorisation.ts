import { read, readObject, readString } from "../model/reading";
import { fsbp } from "../model/references";
import { undecided, violation, type Finding, type Resource, type ResourceRule } from "../model/rule";
import { API_METHOD, HTTP_API_ROUTE } from "../model/types";

const FIX =
  "Set `authorization` of the method (`authorizationType` of an HTTP API's route) to AWS_IAM, CUSTOM, JWT or " +
  "COGNITO_USER_POOLS; machines may have a key instead (`apiKeyRequired: true`, with a usage plan), or sign: a required header of `requestParameters`.";

/** Kinds that know the caller; `NONE` and what nobody knows are not among them. */
const KNOWING = ["AWS_IAM", "CUSTOM", "JWT", "COGNITO_USER_POOLS"];

/** Nobody calls an API unknown. */
export const apiAuthorisation: ResourceRule = {
  name: "api-authorisation",
  group: "exposure",
  scope: "resource",
  severity: "high",
  description: "Each method and route of an API asks who calls it.",
  framework: fsbp("APIGateway.8", "API Gateway routes specify an authorization type"),
  remediation: FIX,
  url: "https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-control-access-to-api.html",
  types: [API_METHOD, HTTP_API_ROUTE],
  check: (resource) => (resource.type === API_METHOD ? checkMethod(resource) : checkRoute(resource)),
};

function checkMethod(method: Resource): Finding[] {
  // A browser asks whether it may call (CORS) before it says who it is.
  if (isKnown(method, ["httpMethod"], "OPTIONS")) return [];
  const key = read(method.props, ["apiKeyRequired"]);
  if (key.state === "known" && key.value === true) return [];
  const parameters = readObject(method.props, ["requestParameters"]);
  if (parameters.state === "known" && Object.keys(parameters.value).some((name) => signs(method, name)))
    return [];
  return judge(method, "authorization", key.state === "unknown" || parameters.state === "unknown");
}

/** A webhook's sender signs in no way that API Gateway knows; the header that holds its signature says so. */
function signs(method: Resource, parameter: string): boolean {
  const required = read(method.props, ["requestParameters", parameter]);
  return (
    /^method\.request\.header\..*(sign|sig$|hmac|mac$|digest)/i.test(parameter) &&
    required.state === "known" &&
    required.value === true
  );
}

function checkRoute(route: Resource): Finding[] {
  const key = readString(route.props, ["routeKey"]);
  if (key.state === "known" && key.value.startsWith("OPTIONS ")) return [];
  return judge(route, "authorizationType", false);
}

function judge(resource: Resource, property: string, mayHaveKey: boolean): Finding[] {
  const kind = readString(resource.props, [property]);
  if (kind.state === "known" && KNOWING.includes(kind.value)) return [];
  return kind.state === "unknown" || mayHaveKey
    ? [undecided(resource, property, FIX)]
    : [violation(resource, `${property} lets callers stay unknown.`, FIX)];
}

function isKnown(resource: Resource, path: readonly string[], value: string): boolean {
  const reading = readString(resource.props, path);
  return reading.state === "known" && reading.value === value;
}
