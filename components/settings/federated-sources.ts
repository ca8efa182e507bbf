/** The setting `naru:federatedSources`: databases that Athena queries where they are. */
import { z } from "zod";
import {
  FEDERATED_ENGINES,
  FEDERATED_FORMS,
  FEDERATED_READERS,
  federatedSourceProblems,
  type FederatedEngine,
  type FederatedSource,
} from "../federated-source";
import { networkOf, type EndpointService } from "../network";
import type { Given } from "./fields";
import { listSetting } from "./list";

/** What a connector calls from the closed subnets, beside S3: its connection, its secret, and whether the query still runs. */
const CONNECTOR_ENDPOINTS: readonly EndpointService[] = ["athena", "glue", "secretsmanager"];

const source: z.ZodType<FederatedSource> = z.strictObject({
  name: z.string(),
  engine: z.enum(Object.keys(FEDERATED_ENGINES) as [FederatedEngine, ...FederatedEngine[]]),
  host: z.string(),
  port: z.number().optional(),
  database: z.string(),
  secretArn: z.string(),
  reaches: z.array(z.string()),
  personalData: z.literal("none"),
  readers: z.array(z.enum(FEDERATED_READERS)).optional(),
});

export const federatedSourcesSetting = listSetting(
  { item: source, forms: FEDERATED_FORMS, check: federatedSourceProblems },
  "a list, each {name, engine, host, database, secretArn, reaches, personalData} and, where wanted, port and readers",
);

/** Endpoints that the connectors need in a network of the stack's own. */
export function connectorEndpoints(given: Partial<Given>): readonly EndpointService[] {
  return (given.federatedSources ?? []).length > 0 ? CONNECTOR_ENDPOINTS : [];
}

/** What sources say together, and beside other settings. */
export function federationContradictions(given: Partial<Given>, namespace: string): string[] {
  const sources = given.federatedSources ?? [];
  if (sources.length === 0) return [];
  const remove = `Remove it: pulumi config rm ${namespace}:federatedSources`;
  const whole = `${namespace}:federatedSources: `;
  return [
    ...(given.stage === "local"
      ? [`${whole}names databases in a local stack, where Athena has no connectors. ${remove}`]
      : []),
    ...(networkOf(given) === "none" && given.stage !== "local"
      ? [
          `${whole}names databases, whose connectors stand in a network, but ${namespace}:network is none. Fix: pulumi config ` +
            `set ${namespace}:network own`,
        ]
      : []),
    ...sources.flatMap(({ name, readers = [] }, at) => [
      ...(sources.findIndex((one) => one.name === name) < at
        ? [
            `${namespace}:federatedSources[${at}].name: is "${name}" again; give each source a name of its own`,
          ]
        : []),
      ...(given.accountGovernance === true && readers.includes("analyst")
        ? [
            `${namespace}:federatedSources[${at}].readers: names analysts, who read by Lake Formation's grants only ` +
              `(${namespace}:accountGovernance), and it grants nothing here; leave it out`,
          ]
        : []),
    ]),
  ];
}
