import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { checkArguments, type ArgumentProblem } from "../../arguments";
import { federatedSourceProblems, type FederatedReader, type FederatedSource } from "../../federated-source";
import type { AwsContext } from "../context";
import type { DataLake } from "../data-lake";
import { ZoneBucket } from "../data-lake/zone-bucket";
import type { EncryptionKeys } from "../foundation/encryption-keys";
import type { Network } from "../foundation/network";
import type { Statement } from "../foundation/service-role";
import { createConnector } from "./connector";

export interface FederatedQueriesArgs {
  readonly lake: DataLake;
  readonly keys: EncryptionKeys;
  /** Network in whose closed subnets the connectors stand. */
  readonly network: Network;
  /** Databases that are queried where they are. None of them may show personal data. */
  readonly sources: readonly FederatedSource[];
}

/** Days that spilled rows stay; a query has read them within half an hour. */
const SPILL_DAYS = 1;

/**
 * Databases that Athena queries where they are, beside and joined with the lake: for each a catalogue, and AWS's connector in
 * the closed subnets with a role, a Glue connection and a security group of its own.
 *
 * Creates also a bucket for what is too large for a connector's answer: under the lake's key, open to those who may query the
 * source, and emptied each day.
 *
 * Idle cost: none but the network's interface endpoints for Athena, Glue and Secrets Manager.
 *
 * @throws ArgumentError with every wrong argument.
 */
export class FederatedQueries extends pulumi.ComponentResource {
  /** Name of a source to that of its catalogue, as SQL says it. */
  readonly catalogs: Readonly<Record<string, pulumi.Output<string>>>;

  constructor(
    name: string,
    context: AwsContext,
    args: FederatedQueriesArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("naru:aws:FederatedQueries", name, {}, opts);
    const { lake, keys, network, sources } = args;
    checkArguments("FederatedQueries", name, [
      sources.length === 0 ? "sources: is empty; name a database, or leave the component out" : undefined,
      ...sources.flatMap((source, at) => [
        ...federatedSourceProblems(source).map((problem) => problem && `sources[${at}].${problem}`),
        ...togetherProblems(lake, sources, at),
      ]),
    ]);
    const spill = new ZoneBucket(
      `${name}-spill`,
      context,
      {
        part: "federated-spill",
        openness: "open",
        dataClass: "temp",
        keyArn: keys.arn("lake"),
        accessLogs: lake.nodes.buckets.logs.bucket,
        expireAfterDays: SPILL_DAYS,
        versioned: false,
      },
      { parent: this },
    );
    const connectors = sources.map((source) => ({
      source,
      ...createConnector(`${name}-${source.name}`, context, { source, keys, network, spill }, this),
    }));
    this.catalogs = Object.fromEntries(connectors.map(({ source, catalog }) => [source.name, catalog.name]));
    for (const reader of ["transform", "analyst"] as const) {
      const statements = connectors
        .filter(({ source }) => readersOf(source).includes(reader))
        .flatMap(({ readStatements }) => readStatements);
      if (statements.length > 0) this.let(name, lake, reader, statements);
    }
    this.registerOutputs({ catalogs: this.catalogs });
  }

  private let(name: string, lake: DataLake, reader: FederatedReader, statements: readonly Statement[]): void {
    new aws.iam.RolePolicy(
      `${name}-${reader}`,
      {
        name: "federated-queries",
        role: lake.roles[reader].role.name,
        policy: { Version: "2012-10-17", Statement: statements as aws.iam.PolicyStatement[] },
      },
      { parent: this },
    );
  }
}

function readersOf({ readers = ["transform"] }: FederatedSource): readonly FederatedReader[] {
  return readers;
}

function togetherProblems(
  lake: DataLake,
  sources: readonly FederatedSource[],
  at: number,
): (ArgumentProblem | undefined)[] {
  const { name } = sources[at]!;
  return [
    sources.findIndex((source) => source.name === name) < at
      ? `sources[${at}].name: is "${name}" again; give each source a name of its own`
      : undefined,
    lake.columnGrants && readersOf(sources[at]!).includes("analyst")
      ? `sources[${at}].readers: names analysts, who read by Lake Formation's grants only, and it grants nothing here; write ` +
        '["transform"], or leave it out'
      : undefined,
  ];
}
