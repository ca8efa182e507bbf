import type { Random } from "../../../../samples/random";
import type { Values } from "../plan";

/** Where a resource is made or changed. */
export interface Place {
  readonly random: Random;
  /** Its name in the cloud. */
  readonly called: string;
  /** Key of the resource of a kind that it belongs to or needs. */
  need(kind: string): string;
  /** Key of any resource of a kind that it may name without a circle; absent where the program has none. */
  other(kind: string): string | undefined;
}

/** A type of resources, as random programs have them. */
export interface Kind {
  readonly type: string;
  /** Kinds of which it needs one each; the first is the one it belongs to. @default none */
  readonly needs?: readonly string[];
  /** Input that is its name in the cloud, by whose change it is made anew. @default none */
  readonly named?: string;
  /** What there can be only one of at once, such as a queue's policy. @default as many as wanted */
  readonly only?: (inputs: Values) => string;
  /** Inputs that every one has. */
  make(place: Place): Values;
  /** Each gives some inputs new values; `undefined` takes one away. */
  readonly vary: readonly ((place: Place) => Values)[];
  /** Whether its id alone says which it is. @default true */
  readonly imports?: boolean;
}

export type Kinds = Readonly<Record<string, Kind>>;

/** One of some values for an input. */
export function one(input: string, ...values: readonly Values[string][]): Kind["vary"][number] {
  return ({ random }) => ({ [input]: random.pick(values) });
}

/** Tags, or none; an empty map is none to a service. */
export const tags = one("tags", undefined, {}, { one: "1" }, { one: "2" }, { one: "1", two: "a b" });

export function allow(service: string, action: string, resource: string, sid = "Allowed"): string {
  const statement = { Sid: sid, Effect: "Allow", Action: action, Resource: resource };
  return policy({ ...statement, Principal: { Service: service } });
}

export function policy(...statements: readonly object[]): string {
  return JSON.stringify({ Version: "2012-10-17", Statement: statements });
}

/** Refuses what does not come by TLS; the local cloud leaves such a statement out. */
export function tlsOnly(action: string, resource: string): object {
  return {
    ...{ Sid: "TlsOnly", Effect: "Deny", Principal: "*", Action: action, Resource: resource },
    Condition: { Bool: { "aws:SecureTransport": "false" } },
  };
}
