/** Type token of the resource that every other one descends from. */
export const STACK_TYPE = "pulumi:pulumi:Stack";

/** What the engine would be told of one resource: the unit of plans, policy checks, cost, diagrams and baselines. */
export interface RecordedResource {
  /** Type token, e.g. `aws:s3/bucket:Bucket`; components have theirs (`naru:aws:DataLake`). */
  readonly type: string;
  readonly name: string;
  readonly urn: string;
  /** URN of the parent; empty for the stack itself. */
  readonly parent: string;
  /** False for components, which no provider makes. */
  readonly custom: boolean;
  /**
   * Inputs in Pulumi's wire form: unknown values are the engine's sentinel strings, secrets, assets and archives are
   * objects with its signature key. What `google.protobuf.Struct` holds, as plain JSON.
   */
  readonly inputs: Record<string, unknown>;
  /** Input property to the URNs that its value comes from. */
  readonly propertyDependencies: Readonly<Record<string, readonly string[]>>;
  /** URNs this resource waits for, those of `dependsOn` included. */
  readonly dependencies: readonly string[];
  readonly options: {
    readonly protect: boolean;
    readonly retainOnDelete: boolean;
    readonly ignoreChanges: readonly string[];
    readonly aliases: readonly string[];
    readonly provider: string;
  };
  /** Outputs that a component registered; undefined for custom resources and forgetful components. */
  readonly outputs?: Record<string, unknown>;
}

/** A line of the program. */
export interface SourceLine {
  /** Relative to the project, with forward slashes. */
  readonly file: string;
  /** From 1. */
  readonly line: number;
}
