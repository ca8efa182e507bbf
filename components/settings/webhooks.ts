/** The setting `naru:webhooks`: third parties that post events of their own form. */
import { z } from "zod";
import { SECRET_ENDPOINT, type EndpointService } from "../network";
import {
  WEBHOOK_ENCODINGS,
  WEBHOOK_FORMS,
  WEBHOOK_FORMS_OF_VALUES,
  webhookProblems,
  type Webhook,
} from "../webhook";
import type { Given } from "./fields";
import { listSetting } from "./list";

const field = z.union([
  z.string(),
  z.strictObject({ from: z.string(), as: z.enum(WEBHOOK_FORMS_OF_VALUES).optional() }),
]);

const webhook: z.ZodType<Webhook> = z.strictObject({
  name: z.string(),
  dataSet: z.string(),
  secretArn: z.string(),
  signatureHeader: z.string(),
  signatureEncoding: z.enum(WEBHOOK_ENCODINGS).optional(),
  signaturePrefix: z.string().optional(),
  signs: z.string().optional(),
  timestampHeader: z.string().optional(),
  toleranceSeconds: z.number().optional(),
  fields: z.record(z.string(), field).optional(),
  requestsPerSecond: z.number().optional(),
});

export const webhooksSetting = listSetting(
  { item: webhook, forms: WEBHOOK_FORMS, check: webhookProblems },
  "a list, each {name, dataSet, secretArn, signatureHeader} and, where wanted, further keys",
);

/** Endpoints that the collector needs in a network of the stack's own. */
export function webhookEndpoints(given: Partial<Given>): readonly EndpointService[] {
  return (given.webhooks ?? []).length > 0 ? [SECRET_ENDPOINT] : [];
}

/** What the collector's settings say together, and beside other settings. */
export function collectorContradictions(given: Partial<Given>, namespace: string): string[] {
  const { webhooks = [], apiAuthentication = "api-key" } = given;
  const remove = (name: string) => `Remove it: pulumi config rm ${namespace}:${name}`;
  return [
    ...(given.stage === "local" && apiAuthentication !== "api-key"
      ? [
          `${namespace}:apiAuthentication: is not api-key in a local stack, whose sample is sent with a key. ` +
            remove("apiAuthentication"),
        ]
      : []),
    ...(given.stage === "local" && webhooks.length > 0
      ? [
          `${namespace}:webhooks: names senders in a local stack, where functions have no client of Secrets Manager. ` +
            remove("webhooks"),
        ]
      : []),
    ...webhooks.flatMap(({ name }, at) =>
      webhooks.findIndex((one) => one.name === name) < at
        ? [`${namespace}:webhooks[${at}].name: is "${name}" again; give each webhook a name of its own`]
        : [],
    ),
  ];
}
