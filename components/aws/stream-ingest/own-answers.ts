/** API Gateway's own answers (403, 413, 429, 504), which the collector never sees: pages may read them too. */
import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";

/** Every answer of its own that has no definition of its own. */
const TYPES = ["DEFAULT_4XX", "DEFAULT_5XX"] as const;

/**
 * Gives them the header without which a browser hides them from the page. API Gateway can't choose among origins: of one it
 * names that one, of several it repeats the page's own. Such an answer holds a status and a word, and no cookie is ever asked for.
 * @param origins pages that may send events; none: nothing is made.
 * @returns what a deployment must wait for.
 */
export function showOwnAnswers(
  name: string,
  api: aws.apigateway.RestApi,
  origins: readonly string[],
  child: pulumi.CustomResourceOptions,
): pulumi.Resource[] {
  if (origins.length === 0) return [];
  const allowed = origins.length === 1 ? `'${origins[0]}'` : "method.request.header.origin";
  return TYPES.map(
    (responseType) =>
      new aws.apigateway.Response(
        `${name}-${responseType.toLowerCase().replace("_", "-")}`,
        {
          restApiId: api.id,
          responseType,
          // API Gateway developer guide, "Set up a gateway response": a quoted text, or a part of the request.
          responseParameters: {
            "gatewayresponse.header.Access-Control-Allow-Origin": allowed,
            "gatewayresponse.header.Vary": "'origin'",
          },
        },
        child,
      ),
  );
}
