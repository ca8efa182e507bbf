/** Reads resources as an import does: what a state believes of them has no part in it, where their id says enough. */
import type { CloudClients } from "../../endpoints";
import { LocalProvider } from "../../provider";
import { TYPES } from "../../provider/types";
import type { Wire } from "../../provider/wire";

export interface Known {
  readonly urn: string;
  readonly type: string;
  readonly id?: string;
  readonly inputs?: Record<string, unknown>;
  readonly outputs?: Record<string, unknown>;
}

export class Reader {
  private readonly provider: LocalProvider;

  constructor(cloud: CloudClients) {
    const { region, accountId } = cloud.endpoints;
    this.provider = new LocalProvider({
      place: { region, accountId, partition: "aws" },
      emulation: () => ({ cloud, types: TYPES }),
    });
  }

  /** Inputs; undefined where it is not there. */
  async anew(id: string, urn: string): Promise<Wire | undefined> {
    return (await this.provider.read(id, urn)).inputs;
  }

  /** The same; of what can't be imported, what the state knows is believed where it is not told. */
  async inputsOf({ id, urn, inputs, outputs }: Known): Promise<Wire | undefined> {
    const known = { ...outputs, ...inputs };
    return this.anew(id!, urn).catch(async () => (await this.provider.read(id!, urn, known, inputs)).inputs);
  }
}
