/** What @pulumi/random makes: truly random, once; from then on the state has it, and it changes when its inputs do. */
import { randomBytes, randomInt, randomUUID } from "node:crypto";
import { typeAndName, type DetailedDiff, type EngineProvider } from "./engine-provider";
import type { Inputs } from "./resource-type";
import { inClear, same, secret, type Wire } from "./wire";

const CLASSES = {
  lower: "abcdefghijklmnopqrstuvwxyz",
  upper: "ABCDEFGHIJKLMNOPQRSTUVWXYZ",
  numeric: "0123456789",
  /** What terraform-provider-random has, unless `overrideSpecial` says otherwise. */
  special: "!@#$%&*()-_=+[]{}<>:?",
} as const;

type Make = (inputs: Inputs) => { id: string; outputs: Record<string, unknown> };

const TYPES: Readonly<Record<string, Make>> = {
  "random:index/randomPassword:RandomPassword": (inputs) => ({
    id: "none",
    outputs: { result: secret(text(inputs)) },
  }),
  "random:index/randomString:RandomString": (inputs) => {
    const result = text(inputs);
    return { id: result, outputs: { result } };
  },
  "random:index/randomId:RandomId": ({ byteLength, prefix = "" }) => {
    const bytes = randomBytes(byteLength);
    return {
      id: bytes.toString("base64url"),
      outputs: {
        hex: `${prefix}${bytes.toString("hex")}`,
        b64Std: `${prefix}${bytes.toString("base64")}`,
        b64Url: `${prefix}${bytes.toString("base64url")}`,
        dec: `${prefix}${BigInt(`0x${bytes.toString("hex")}`)}`,
      },
    };
  },
  "random:index/randomBytes:RandomBytes": ({ length }) => {
    const bytes = randomBytes(length);
    const outputs = { base64: secret(bytes.toString("base64")), hex: secret(bytes.toString("hex")) };
    return { id: "none", outputs };
  },
  "random:index/randomInteger:RandomInteger": ({ min, max }) => {
    const result = randomInt(min, max + 1);
    return { id: String(result), outputs: { result } };
  },
  "random:index/randomUuid:RandomUuid": () => {
    const result = randomUUID();
    return { id: result, outputs: { result } };
  },
};

export class RandomProvider implements EngineProvider {
  async check(urn: string, _olds: Wire, news: Wire) {
    const { type, name } = typeAndName(urn);
    if (type in TYPES) return { inputs: news };
    const reason = `${type} ${name}: not made here; known: ${Object.keys(TYPES).join(", ")}`;
    return { inputs: news, failures: [{ property: "", reason }] };
  }

  /** Every input decides the value, so each replaces it. */
  async diff(
    _id: string,
    _urn: string,
    olds: Wire,
    news: Wire,
    oldInputs: Wire = olds,
  ): Promise<DetailedDiff> {
    const keys = [...new Set([...Object.keys(oldInputs), ...Object.keys(news)])];
    const replaces = keys.filter((key) => !same(oldInputs[key], news[key])).sort();
    return {
      changes: replaces.length > 0,
      replaces,
      deleteBeforeReplace: false,
      detailed: replaces.map((path) => ({ path, kind: "update", replaces: true })),
    };
  }

  async create(urn: string, inputs: Wire, preview = false) {
    if (preview) return { id: "", outs: inputs };
    const { id, outputs } = TYPES[typeAndName(urn).type]!(inClear(inputs) as Inputs);
    return { id, outs: { ...inputs, ...outputs, id } };
  }

  /** There is nothing but the state. */
  async read(id: string, urn: string, props: Wire = {}, inputs: Wire = props) {
    if (Object.keys(props).length > 0) return { id, props, inputs };
    throw new Error(`${typeAndName(urn).type}: a random value is in the state alone, and can't be imported`);
  }

  async update(_id: string, _urn: string, olds: Wire, news: Wire) {
    return { outs: { ...olds, ...news } };
  }

  async delete(): Promise<void> {
    // Forgotten with the state.
  }

  async invoke(token: string): Promise<{ outputs: Wire }> {
    throw new Error(`@pulumi/random has no function ${token}`);
  }
}

/** As many of each class as are asked for, the rest of all; in no order. */
function text(inputs: Inputs): string {
  const classes = (Object.keys(CLASSES) as (keyof typeof CLASSES)[]).flatMap((name) => {
    const characters = name === "special" ? (inputs.overrideSpecial ?? CLASSES.special) : CLASSES[name];
    const least = (inputs[`min${name[0]!.toUpperCase()}${name.slice(1)}`] as number | undefined) ?? 0;
    return (inputs[name] ?? true) === true ? [{ characters: String(characters), least }] : [];
  });
  const all = classes.map(({ characters }) => characters).join("");
  const chosen = classes.flatMap(({ characters, least }) =>
    Array.from({ length: least }, () => one(characters)),
  );
  while (chosen.length < inputs.length) chosen.push(one(all));
  return shuffled(chosen).join("");
}

function one(characters: string): string {
  return characters[randomInt(characters.length)]!;
}

function shuffled(items: readonly string[]): string[] {
  const left = [...items];
  return items.map(() => left.splice(randomInt(left.length), 1)[0]!);
}
