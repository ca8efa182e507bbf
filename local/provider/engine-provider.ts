/** What a provider answers the engine, in the engine's wire form. */
import type * as provider from "@pulumi/pulumi/provider";
import type { Wire } from "./wire";

export interface DetailedDiff extends provider.DiffResult {
  readonly changes: boolean;
  /** Paths of what changed, as far as they are worth telling. */
  readonly detailed: readonly {
    readonly path: string;
    readonly kind: "add" | "delete" | "update";
    readonly replaces: boolean;
  }[];
}

/**
 * `pulumi.provider.Provider` with what the SDK's server leaves out of the engine's questions: the inputs of last time
 * beside the outputs, and whether it is a preview only, in which nothing is made.
 */
export interface EngineProvider extends provider.Provider {
  /** @param inputs the provider's own, such as its region. */
  configure?(inputs: Wire): void;
  check(urn: string, olds: Wire, news: Wire): Promise<{ inputs: Wire; failures?: provider.CheckFailure[] }>;
  diff(id: string, urn: string, olds: Wire, news: Wire, oldInputs?: Wire): Promise<DetailedDiff>;
  /** In a preview, what is missing among the outputs is unknown. Policy packs look for `id` among them. */
  create(urn: string, inputs: Wire, preview?: boolean): Promise<{ id: string; outs: Wire }>;
  /** An empty answer: it is gone. Without properties it is an import. */
  read(
    id: string,
    urn: string,
    props?: Wire,
    inputs?: Wire,
  ): Promise<{ id?: string; props?: Wire; inputs?: Wire }>;
  update(
    id: string,
    urn: string,
    olds: Wire,
    news: Wire,
    oldInputs?: Wire,
    preview?: boolean,
  ): Promise<{ outs: Wire }>;
  delete(id: string, urn: string, props: Wire): Promise<void>;
  invoke(token: string, inputs: Wire): Promise<{ outputs: Wire }>;
}

/** A resource stands, but not all that was asked of it could be set: the engine keeps it, and updates it the next time. */
export class InitFailed extends Error {
  constructor(
    readonly id: string,
    /** As it stands. */
    readonly properties: Wire,
    reason: string,
  ) {
    super(reason);
    this.name = "InitFailed";
  }
}

/** `urn:pulumi:dev::naru::naru:aws:DataLake$aws:s3/bucket:Bucket::raw` is `aws:s3/bucket:Bucket` and `raw`. */
export function typeAndName(urn: string): { type: string; name: string } {
  const [, , types, ...name] = urn.split("::");
  return { type: types!.split("$").at(-1)!, name: name.join("::") };
}
