/** The setting `naru:connections`: ways to sources, by kind. Credentials stay in Secrets Manager. */
import { z } from "zod";
import { networkOf, parseRange } from "../network";
import { KINDS, secretOf, type Source } from "../source";
import { sourceProblems } from "../source-problems";
import type { Given } from "./fields";
import { listSetting, type ListForm } from "./list";

const shared = {
  name: z.string(),
  /** Stands in the stack's network, where there is one. */
  inNetwork: z.boolean().optional(),
  reaches: z.array(z.string()).optional(),
};
const tls = z.boolean().optional();
const secretArn = z.string();
const connector = {
  connectorType: z.enum(["Jdbc", "Spark", "Athena"]),
  connectorClass: z.string(),
  connectorUrl: z.string(),
  url: z.string().optional(),
  secretArn: secretArn.optional(),
};

const connection = z.discriminatedUnion("kind", [
  z.strictObject({ ...shared, kind: z.literal("JDBC"), url: z.string(), secretArn, tls }),
  z.strictObject({
    ...{ ...shared, kind: z.literal("KAFKA"), bootstrapServers: z.array(z.string()), tls },
    authentication: z.enum(["iam", "scram"]).optional(),
    secretArn: secretArn.optional(),
  }),
  z.strictObject({ ...shared, kind: z.literal("MONGODB"), url: z.string(), secretArn, tls }),
  z.strictObject({
    ...{ ...shared, kind: z.literal("OPENSEARCH"), endpoint: z.string(), secretArn },
    port: z.number().optional(),
  }),
  z.strictObject({
    ...{ ...shared, kind: z.literal("SNOWFLAKE"), host: z.string(), secretArn },
    role: z.string().optional(),
  }),
  z.strictObject({ ...shared, kind: z.literal("NETWORK") }),
  z.strictObject({ ...shared, kind: z.literal("CUSTOM"), ...connector }),
  z.strictObject({ ...shared, kind: z.literal("MARKETPLACE"), ...connector }),
]);

/** One connection as a stack's configuration names it. */
export type ConnectionSetting = Readonly<z.output<typeof connection>>;

const NAME = /^[a-z][a-z0-9-]{0,29}$/;
const NAME_FORM = "lower case letters, digits and hyphens, from a letter on, up to 30";

const FORM: ListForm<ConnectionSetting> = {
  item: connection,
  forms: {
    name: NAME_FORM,
    kind: `one of ${KINDS.join(", ")}`,
    url: "jdbc:<engine>://<host>:<port>/<database>, or of MONGODB mongodb://<host>:<port>/<database>",
    secretArn: "the ARN of a secret of Secrets Manager that holds the credentials",
    tls: "true or false",
    bootstrapServers: "a list, each host:port of a broker",
    authentication: "iam or scram",
    endpoint: "https://<domain>",
    port: "a number",
    host: "<account>.snowflakecomputing.com",
    role: "a role of Snowflake",
    connectorType: "Jdbc, Spark or Athena",
    connectorClass: "the connector's class",
    connectorUrl: "s3://<bucket>/<key>.jar, or of MARKETPLACE the image's address",
    inNetwork: "true or false",
    reaches: "a list of IPv4 ranges, e.g. 10.1.0.0/16",
  },
  check: (setting) => [
    NAME.test(setting.name) ? undefined : `name: is "${setting.name}"; write ${NAME_FORM}`,
    ...sourceProblems(sourceOf(setting), true).map((problem) => problem?.replace(/^source\./, "")),
    ...(setting.reaches ?? []).map((range, at) =>
      parseRange(range) === undefined
        ? `reaches[${at}]: is "${range}"; write an IPv4 range, e.g. 10.1.0.0/16`
        : undefined,
    ),
  ],
};

export const connectionsSetting = listSetting(
  FORM,
  `a list, each with name and kind (${KINDS.join(", ")}) and what the kind takes`,
);

/** What the component takes of it. */
export function sourceOf(setting: ConnectionSetting): Source {
  const { name: _name, inNetwork: _inNetwork, reaches: _reaches, ...source } = setting;
  return source;
}

/** Whether a connection stands in the stack's network: it does where there is one, unless told. */
export function standsInNetwork({ inNetwork }: ConnectionSetting, given: Partial<Given>): boolean {
  return inNetwork ?? networkOf(given) !== "none";
}

/** Whether crawlers or jobs read a source's credentials from within the network. */
export function readsSecretsInNetwork(given: Partial<Given>): boolean {
  return (given.connections ?? []).some(
    (one) => secretOf(sourceOf(one)) !== undefined && standsInNetwork(one, given),
  );
}

/** What connections say together, and beside the network's settings. */
export function connectionContradictions(given: Partial<Given>, namespace: string): string[] {
  const connections = given.connections ?? [];
  const names = connections.map(({ name }) => name);
  const network = networkOf(given);
  return connections.flatMap((one, at) => {
    const problem = (key: string, what: string) => `${namespace}:connections[${at}].${key}: ${what}`;
    const needsNetwork = network === "none" ? `; set ${namespace}:network` : "";
    return [
      ...(names.indexOf(one.name) < at
        ? [problem("name", `is "${one.name}" again; give each connection a name of its own`)]
        : []),
      ...(one.inNetwork === true && network === "none"
        ? [
            problem(
              "inNetwork",
              `is true, but ${namespace}:network is none; leave it out, or set ${namespace}:network`,
            ),
          ]
        : []),
      ...(one.kind === "NETWORK" && !standsInNetwork(one, given)
        ? [
            problem(
              "kind",
              `is NETWORK, which is nothing without one${needsNetwork || "; leave out inNetwork"}`,
            ),
          ]
        : []),
      ...((one.reaches ?? []).length > 0 && !standsInNetwork(one, given)
        ? [
            problem(
              "reaches",
              `names ranges without a network; leave it out${needsNetwork && `, or set ${namespace}:network`}`,
            ),
          ]
        : []),
    ];
  });
}
