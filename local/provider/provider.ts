/**
 * The local provider: one class for the program run in this process and for the engine's plugin. Types that have an
 * engine here are made there; any other is recorded, with ids and ARNs like AWS' own, so that a program runs to its end.
 */
import { partitionOf } from "../../components/aws/context";
import type { CloudClients } from "../endpoints";
import type { ServiceProcess } from "../process";
import { answerInvoke, PLAN_ACCOUNT } from "../recorder/invokes";
import { replacing } from "./changes";
import { difference, topLevel, type Change } from "./difference";
import { InitFailed, typeAndName, type DetailedDiff, type EngineProvider } from "./engine-provider";
import { equivalent } from "./equivalence";
import { failureOf } from "./failure";
import { importedBy } from "./import-ids";
import { PartlyMade } from "./partly-made";
import { recordedOnly, type Place } from "./recorded";
import {
  IMPORT,
  isGone,
  type Found,
  type Inputs,
  type Made,
  type ResourceType,
  type ResourceTypes,
} from "./resource-type";
import { inClear, meaning, portable, told, type Wire } from "./wire";

/** The local cloud, and which types have an engine there. */
export interface Emulation {
  readonly cloud: CloudClients;
  readonly types: ResourceTypes;
  /** Takes servers that are started for resources; absent, such resources are refused. */
  readonly processes?: ServiceProcess[];
}

export interface LocalProviderOptions {
  /** Where resources are. @default the region that the engine configures, and the account of plans */
  readonly place?: Place;
  /** Absent: every type is recorded only. Asked for at the first resource, as its clients take long to load. */
  readonly emulation?: () => Emulation;
  /** Told once a type what is not known of it, and once of each resource what nothing here follows. @default nobody is told */
  readonly onNote?: (urn: string, message: string) => void;
}

type Read = ReturnType<EngineProvider["read"]>;

const DEFAULT_REGION = "ap-northeast-2";
/** Output of a resource that stands without all that was asked of it. */
const PARTLY_MADE = "partlyMade";

export class LocalProvider implements EngineProvider {
  private readonly noted = new Set<string>();
  private emulated: Emulation | undefined;
  private place: Place;

  constructor(private readonly options: LocalProviderOptions = {}) {
    this.place = options.place ?? planned(DEFAULT_REGION);
  }

  configure({ region }: Wire): void {
    if (this.options.place === undefined && typeof region === "string") this.place = planned(region);
  }

  /** Inputs pass as they are: a service checks its own. */
  async check(_urn: string, _olds: Wire, news: Wire) {
    return { inputs: news };
  }

  async diff(_id: string, urn: string, olds: Wire, news: Wire, oldInputs?: Wire): Promise<DetailedDiff> {
    const { type } = typeAndName(urn);
    const { changes, replaces, unknown, deleteBeforeReplace } = difference(
      type,
      oldInputs ?? kept(olds, news),
      news,
    );
    if (unknown.length > 0) {
      const inputs = unknown.join(", ");
      this.note(
        urn,
        `${type}: whether AWS changes ${inputs} in place is not known offline; taken as an update`,
        type,
      );
    }
    return {
      // After a refresh the engine no longer knows that the creation failed; this state still does.
      changes: changes.length > 0 || olds[PARTLY_MADE] === true,
      replaces: [...replaces],
      deleteBeforeReplace,
      detailed: changes.map(({ path, kind, effect }) => ({ path, kind, replaces: effect === "replace" })),
    };
  }

  async create(urn: string, inputs: Wire, preview = false): Promise<{ id: string; outs: Wire }> {
    if (preview) return { id: "", outs: inputs };
    const { id, outputs } = await this.make(urn, inputs).catch((error: Error) =>
      this.initFailed(urn, inputs, error),
    );
    return { id, outs: { ...inputs, ...portable(outputs ?? {}), id } };
  }

  /** What stands for all that goes into the state, as it is: the next update brings it to what is asked. */
  private async initFailed(urn: string, inputs: Wire, error: Error): Promise<never> {
    if (!(error instanceof PartlyMade)) throw error;
    const { id, outputs = {} } = error.made;
    const asked = { ...inputs, ...portable(outputs), id };
    // Where that is refused too, what was asked is believed, and the next refresh tells.
    const { props = asked } = await this.read(id, urn, asked, inputs).catch(() => ({ props: asked }));
    throw new InitFailed(id, { ...props, [PARTLY_MADE]: true }, error.message);
  }

  /**
   * Makes the resource, or records it.
   * @returns outputs beyond the inputs.
   * @throws Error that names the resource and says what the service answered.
   */
  async make(urn: string, inputs: Wire): Promise<Made> {
    const { type } = typeAndName(urn);
    const engine = this.engineOf(type);
    if (engine === undefined) return recordedOnly(type, urn, inClear(inputs) as Inputs, this.place);
    const { cloud, processes } = this.emulated!;
    return this.asking(urn, inputs, async () => {
      if (engine.startsServer === true && processes === undefined) {
        throw new Error(
          "its server would end with this deployment; deploy without the engine: naru up local",
        );
      }
      checkNamed(type, inputs);
      return engine.create(inClear(inputs) as Inputs, cloud, processes ?? []);
    });
  }

  async read(id: string, urn: string, props: Wire = {}, inputs: Wire = props): Read {
    const { type } = typeAndName(urn);
    const isImport = Object.keys(props).length === 0;
    const read = this.engineOf(type)?.read;
    if (read === undefined) {
      if (isImport) throw new Error(`${type} ${id}: nothing is known of it here to import`);
      return { id, props, inputs };
    }
    if (isImport) return this.import(id, urn, read);
    const found = await this.asking(urn, props, () =>
      orGone(read(id, inClear(props) as Inputs, this.emulated!.cloud, this.processes)),
    );
    return found === undefined ? {} : asRead(type, id, props, inputs, found);
  }

  /** @param given an id in the form in which AWS's provider takes it; the resource's own may be another. */
  private async import(given: string, urn: string, read: NonNullable<ResourceType["read"]>): Read {
    const { type } = typeAndName(urn);
    const { cloud } = this.emulated!;
    return this.asking(urn, {}, async () => {
      const { id, inputs } = importedBy(type, given, cloud.endpoints);
      const found = await orGone(read(id, { ...inputs, [IMPORT]: true }, cloud, this.processes));
      return found === undefined ? {} : asRead(type, id, inputs, inputs, found);
    });
  }

  async update(
    id: string,
    urn: string,
    olds: Wire,
    news: Wire,
    oldInputs = kept(olds, news),
    preview = false,
  ) {
    const { type } = typeAndName(urn);
    const engine = this.engineOf(type);
    const update = engine?.update;
    const { changes } = difference(type, oldInputs, news);
    const ofService = changes.some(({ effect }) => effect !== "none");
    const { [PARTLY_MADE]: isPart, ...state } = olds;
    // Of one that was partly made, what stands is another than what was asked.
    const before = inClear(isPart === true ? state : { ...state, ...oldInputs }) as Inputs;
    const now = inClear(news) as Inputs;
    if (engine !== undefined && ofService) this.noteBelieved(urn, engine, before, now, changes);
    const changed =
      preview || update === undefined || !(ofService || isPart === true)
        ? {}
        : await this.asking(urn, { olds, news }, () =>
            update(id, before, now, this.emulated!.cloud, this.processes),
          );
    const gone = new Set(Object.keys(oldInputs).filter((input) => !(input in news)));
    const outputs = Object.fromEntries(Object.entries(state).filter(([key]) => !gone.has(key)));
    return { outs: { ...outputs, ...news, ...portable(changed ?? {}), id } };
  }

  async delete(id: string, urn: string, props: Wire): Promise<void> {
    const remove = this.engineOf(typeAndName(urn).type)?.delete;
    if (remove === undefined) return;
    await this.asking(urn, props, () =>
      orGone(remove(id, inClear(props) as Inputs, this.emulated!.cloud, this.processes)),
    );
  }

  async invoke(token: string, inputs: Wire) {
    return { outputs: answerInvoke(token, this.place, inClear(inputs) as Inputs) };
  }

  /** Those that are started for resources; none where nobody takes them. */
  private get processes(): ServiceProcess[] {
    return this.emulated?.processes ?? [];
  }

  private engineOf(type: string): ResourceType | undefined {
    this.emulated ??= this.options.emulation?.();
    return this.emulated?.types[type];
  }

  private async asking<T>(urn: string, told: Wire, ask: () => Promise<T>): Promise<T> {
    try {
      return await ask();
    } catch (error) {
      if (!(error instanceof PartlyMade)) throw failureOf(urn, error as Error, told);
      throw new PartlyMade(error.made, failureOf(urn, error.reason, told));
    }
  }

  private noteBelieved(
    urn: string,
    { update, believed }: ResourceType,
    before: Inputs,
    now: Inputs,
    changes: readonly Change[],
  ): void {
    const ofService = changes.filter(({ effect }) => effect !== "none");
    const changed = [...new Set(ofService.map(({ path }) => topLevel(path)))];
    const names = believed?.(before, now, changed) ?? (update === undefined ? changed : []);
    if (names.length === 0) return;
    const message = `${typeAndName(urn).type}: ${names.join(", ")} believed only: nothing here follows`;
    this.note(urn, message, `${urn} ${message}`);
  }

  /** @param once of what it is told once. */
  private note(urn: string, message: string, once: string): void {
    if (this.noted.has(once)) return;
    this.noted.add(once);
    this.options.onNote?.(urn, message);
  }
}

/** @throws Error for a resource of a type with names that has none. */
function checkNamed(type: string, inputs: Wire): void {
  const input = ["name", "bucket"].find((each) => replacing(type).includes(each));
  // What is of a bucket names that one, and can't be without.
  if (input === undefined || inputs[input] !== undefined) return;
  throw new Error(`AWS' provider would make up a name; here the program gives it: set \`${input}\``);
}

function planned(region: string): Place {
  return { region, accountId: PLAN_ACCOUNT, partition: partitionOf(region) };
}

/** Of a state without its inputs, those that the program still gives: an input that it took away is not seen. */
function kept(state: Wire, inputs: Wire): Wire {
  return Object.fromEntries(Object.entries(state).filter(([key]) => key in inputs));
}

/** What the engine keeps of what a service tells. */
function asRead(type: string, id: string, props: Wire, inputs: Wire, found: Found) {
  const now = withFound(type, inputs, found.inputs);
  const state = withFound(type, { ...withFound(type, props, found.inputs), ...now }, found.outputs ?? {});
  return { id, inputs: now, props: { ...state, id } };
}

/**
 * What was known, with what the service tells in its place; what it tells as absent is so. What says the same in another
 * form stays as it was known.
 */
function withFound(type: string, known: Wire, found: Readonly<Record<string, unknown>>): Wire {
  const absent = new Set(Object.keys(found).filter((key) => found[key] === undefined));
  const believed = Object.entries(known).filter(([key]) => !absent.has(key));
  const now = Object.entries(portable(found)).map(([key, value]) => {
    const before = known[key];
    const isSame = before !== undefined && equivalent(type, key, value, meaning(before));
    return [key, isSame ? before : told(value, before)] as const;
  });
  return { ...Object.fromEntries(believed), ...Object.fromEntries(now) };
}

async function orGone<T extends Found | void>(asked: Promise<T | undefined>): Promise<T | undefined> {
  try {
    return await asked;
  } catch (error) {
    if (isGone(error)) return undefined;
    throw error;
  }
}
