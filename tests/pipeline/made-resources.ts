/** The whole local program's resources, made one by one by their types' own code: no engine stands between. */
import { isDeepStrictEqual } from "node:util";
import type { CloudClients } from "../../local/endpoints";
import { LOCAL_ACCOUNT } from "../../local/local-cloud";
import { ROOT } from "../../local/paths";
import { isGone, type Found, type Inputs, type ResourceType } from "../../local/provider/resource-type";
import { TYPES } from "../../local/provider/types";
import { inClear } from "../../local/provider/wire";
import { recordProgram } from "../../local/recorder";

export interface MadeResource {
  readonly type: string;
  readonly name: string;
  readonly id: string;
  /** As the program asks for them. */
  readonly inputs: Inputs;
  /** Inputs and outputs, as an engine's state has them. */
  state: Inputs;
}

/** In the order in which they were made: none before one that it needs. */
export class MadeResources {
  readonly all: MadeResource[] = [];

  constructor(private readonly cloud: CloudClients) {}

  /**
   * What the program makes; types without an engine here are left out.
   * @param config beside the stack's file.
   */
  async makeProgram(config: Readonly<Record<string, string>>): Promise<void> {
    await recordProgram({
      root: ROOT,
      stack: "local",
      accountId: LOCAL_ACCOUNT,
      config,
      create: async ({ type, name }, object) => {
        if (!(type in TYPES)) return undefined;
        const { id, state } = await this.make(type, name, inClear(object?.toJavaScript() ?? {}) as Inputs);
        return { id, outputs: state };
      },
    });
  }

  async make(type: string, name: string, inputs: Inputs): Promise<MadeResource> {
    const { id, outputs = {} } = await TYPES[type]!.create(inputs, this.cloud, []);
    const made: MadeResource = { type, name, id, inputs, state: { ...inputs, ...outputs } };
    this.all.push(made);
    return made;
  }

  /**
   * Of those of a type, by name, since a program makes them in no order.
   * @param name or a part of it. @default the first
   */
  the(type: string, name = ""): MadeResource {
    const found = this.all
      .filter((one) => one.type === type && one.name.includes(name))
      .sort((one, other) => (one.name < other.name ? -1 : 1));
    if (found.length === 0) throw new Error(`no ${type} ${name} was made`);
    return found[0]!;
  }

  /** What the service has now; undefined where it has it no more. A type that isn't read is as it was made. */
  read({ type, id, state }: MadeResource): Promise<Found | undefined> {
    const { read } = typeOf(type);
    return read === undefined ? Promise.resolve({ inputs: {} }) : orGone(read(id, state, this.cloud));
  }

  /** Inputs that the service has otherwise than the state says, one a line. */
  async drift(): Promise<string[]> {
    const found: string[] = [];
    for (const one of this.all) {
      const { inputs } = (await this.read(one)) ?? { inputs: { "(all)": "gone" } };
      const drifted = Object.entries(inputs).filter(
        ([input, value]) => !isDeepStrictEqual(value, one.state[input]),
      );
      found.push(...drifted.map(([input]) => lineOf(one, input)));
    }
    return found;
  }

  /** Changes inputs; the state says so afterwards. `undefined` takes one away. */
  async update(made: MadeResource, changes: Inputs): Promise<void> {
    const inputs = given({ ...made.state, ...changes });
    const outputs = await typeOf(made.type).update!(made.id, made.state, inputs, this.cloud);
    made.state = { ...inputs, ...outputs };
  }

  async delete({ type, id, state }: MadeResource): Promise<void> {
    await orGone(Promise.resolve(typeOf(type).delete?.(id, state, this.cloud)));
  }
}

/** How {@link MadeResources.drift} tells an input. */
export function lineOf({ type, name }: MadeResource, input: string): string {
  return `${type} ${name} ${input}`;
}

/** Without those that are not given: a state doesn't name them. */
function given(inputs: Inputs): Inputs {
  return Object.fromEntries(Object.entries(inputs).filter(([, value]) => value !== undefined));
}

function typeOf(type: string): ResourceType {
  return TYPES[type]!;
}

/** A service's "not found" as nothing, which is what the provider takes it for. */
async function orGone<Result>(asked: Promise<Result>): Promise<Result | undefined> {
  try {
    return await asked;
  } catch (error) {
    if (isGone(error)) return undefined;
    throw error;
  }
}
