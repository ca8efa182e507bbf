import { examine } from "../model/expectation";
import { fsbp } from "../model/references";
import type { ResourceRule } from "../model/rule";
import { API_DOMAIN, HTTP_API_DOMAIN } from "../model/types";

const FIX =
  'Set `securityPolicy: "TLS_1_2"` on the domain (within `domainNameConfiguration` of an HTTP API).';

/** `SecurityPolicy_TLS13_…` are those of 2025 for Regional and private domains (API Gateway developer guide). */
const SAFE = /^(TLS_1_2|SecurityPolicy_TLS1[23]_.+)$/;

/** Domains of APIs speak TLS 1.2 or later. */
export const apiTls: ResourceRule = {
  name: "api-tls",
  group: "exposure",
  scope: "resource",
  severity: "high",
  description: "Domains of APIs speak TLS 1.2 or later only.",
  framework: fsbp("APIGateway.10", "API Gateway encrypts in transit"),
  remediation: FIX,
  url: "https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-custom-domain-tls-version.html",
  types: [API_DOMAIN, HTTP_API_DOMAIN],
  check: (domain) =>
    examine(domain, {
      path: domain.type === API_DOMAIN ? ["securityPolicy"] : ["domainNameConfiguration", "securityPolicy"],
      accepts: (value) => typeof value === "string" && SAFE.test(value),
      must: "must be TLS_1_2 or later",
      fix: FIX,
    }),
};
