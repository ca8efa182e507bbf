/** The setting `naru:deliveryDestinations`: where streams' events go beside the lake. */
import { z } from "zod";
import {
  CONTENT_ENCODINGS,
  DESTINATION_FORMS,
  destinationProblems,
  INDEX_ROTATIONS,
  isLocalEndpoint,
  repeatedNames,
  type DeliveryDestination,
} from "../delivery-destination";
import { networkOf } from "../network";
import type { Given } from "./fields";
import { listSetting } from "./list";

const shared = {
  name: z.string(),
  stream: z.string(),
  bufferSeconds: z.number().optional(),
  bufferMegabytes: z.number().optional(),
  retrySeconds: z.number().optional(),
};

const destination: z.ZodType<DeliveryDestination> = z.discriminatedUnion("kind", [
  z.strictObject({
    ...{ ...shared, kind: z.literal("opensearch"), index: z.string() },
    domainArn: z.string().optional(),
    collectionArn: z.string().optional(),
    rotation: z.enum(INDEX_ROTATIONS).optional(),
    inNetwork: z.boolean().optional(),
    reaches: z.array(z.string()).optional(),
  }),
  z.strictObject({
    ...{ ...shared, kind: z.literal("http"), url: z.string(), secretArn: z.string().optional() },
    contentEncoding: z.enum(CONTENT_ENCODINGS).optional(),
  }),
]);

export const deliveryDestinationsSetting = listSetting(
  { item: destination, forms: DESTINATION_FORMS, check: destinationProblems },
  "a list, each {name, stream, kind} with {domainArn or collectionArn, index} or {url, secretArn}",
);

/** What the setting says beside others. */
export function destinationContradictions(given: Partial<Given>, namespace: string): string[] {
  const { deliveryDestinations: destinations = [] } = given;
  const place = `${namespace}:deliveryDestinations`;
  const isLocal = given.stage === "local";
  const elsewhere = destinations.flatMap((one, at) =>
    isLocal !== (one.kind === "http" && isLocalEndpoint(one.url))
      ? [`${place}[${at}]${wrongStage(one, isLocal)}`]
      : [],
  );
  if (isLocal) return [...repeatedNames(destinations).map((problem) => place + problem), ...elsewhere];
  const outside = destinations.flatMap((one, at) =>
    one.kind === "opensearch" && one.inNetwork === true && networkOf(given) === "none"
      ? [
          `${place}[${at}].inNetwork: is true, but ${namespace}:network is none. ` +
            `Fix: pulumi config set ${namespace}:network own`,
        ]
      : [],
  );
  return [...repeatedNames(destinations).map((problem) => place + problem), ...elsewhere, ...outside];
}

function wrongStage(destination: DeliveryDestination, isLocal: boolean): string {
  if (!isLocal)
    return `.url: is of this machine, which only a local stack reaches; write ${DESTINATION_FORMS.url}`;
  return destination.kind === "http"
    ? ".url: leaves a local stack, whose events stay on this machine; write http://127.0.0.1 with a port and a path"
    : ".kind: is opensearch in a local stack, which has none; leave it out";
}
