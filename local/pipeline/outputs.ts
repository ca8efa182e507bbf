/** A Kafka cluster as its clients meet it. */
export interface KafkaOutput {
  readonly clusterArn: string;
  /** `host:port` of the brokers, by commas. */
  readonly bootstrap: string;
  /** Id of each data set to its topic. */
  readonly topics: Readonly<Record<string, string>>;
}

/** The stack's outputs as the pipeline uses them; the same ones that `pulumi stack output` shows. */
export interface PlatformOutputs {
  /** Events go to `<eventsUrl>/<domain>/<name>` with the key in `x-api-key`. */
  readonly eventsUrl: string;
  readonly apiKey: string;
  /** Data set id to stream name. */
  readonly streams: Readonly<Record<string, string>>;
  /** Zone to its root, `s3://bucket/`. */
  readonly zones: Readonly<Record<"landing" | "raw" | "curated" | "queryResults", string>>;
  /** Root of what turns pseudonyms back, `s3://bucket/`; absent where the stack keeps none. */
  readonly reidentification?: string;
  /** Null where the stack has none. */
  readonly kafka?: KafkaOutput | null;
  /** `<zone>.<domain>` to the Glue database. */
  readonly databases: Readonly<Record<string, string>>;
  /** Absent where the stack has none. */
  readonly database?: DatabaseOutput | null;
  readonly workgroups: { readonly analysts: string; readonly transform: string };
  readonly roles: {
    readonly loader: string;
    readonly analyst: string;
    readonly transform: string;
    readonly engineer: string;
    readonly steward: string;
    readonly redriver: string;
    readonly reidentifier?: string;
  };
  readonly sparkWorkflow: string;
  readonly sparkReport: string;
  /** Table name to the id of the saved statement that builds it. */
  readonly statements: Readonly<Record<string, string>>;
  /** Table name to the folder that its statement fills. */
  readonly statementLocations: Readonly<Record<string, string>>;
  readonly pseudonymKey: string;
  /** Key epoch of the pseudonyms that this stack makes. */
  readonly pseudonymEpoch: number;
  /** Oldest epoch whose keys its jobs still ask for. */
  readonly oldestPseudonymEpoch: number;
}

export interface DatabaseOutput {
  readonly host: string;
  readonly port: number;
  /** Secret with the owner's `username` and `password`. */
  readonly secretArn: string;
  /** Where refused records wait, `s3://bucket/`; absent where it takes no stream. */
  readonly failures?: string;
}

/** Splits `s3://bucket/some/key` into its parts. */
export function parseS3Uri(uri: string): { bucket: string; key: string } {
  const { host, pathname } = new URL(uri);
  return { bucket: host, key: decodeURIComponent(pathname.slice(1)) };
}
