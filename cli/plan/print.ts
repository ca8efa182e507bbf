/** A plan's print: of each resource what identifies it, and a digest of each input. Small, in an order, without values. */
import { createHash } from "node:crypto";
import * as rpc from "@pulumi/pulumi/runtime/rpc";
import { replacingPart, valuesAt } from "../../local/provider/changes";
import type { RecordedResource } from "../../local/recorder";
import * as unknowns from "../../policies/model/unknown";
import { topOf } from "./parts";
import { replacingPaths } from "./replacement";

export interface ResourcePrint {
  /** Type of the parents, own type and name: the URN without stack and project. */
  readonly id: string;
  readonly type: string;
  readonly name: string;
  /** Name of the top component that it stands in. */
  readonly component: string;
  /** Pulumi refuses to delete it. */
  readonly protect: boolean;
  /** Its former ids, which make a move of it no loss. */
  readonly aliases?: readonly string[];
  /** Digest of each input; of inputs that replace the resource also by path, such as `encryptionInfo.kmsKeyArn`. */
  readonly inputs: Readonly<Record<string, string>>;
  /** Inputs that replace the resource and that a preview doesn't know: ids of what they come from. */
  readonly comesFrom?: Readonly<Record<string, readonly string[]>>;
}

/** Prints of the resources that a provider makes, by id. */
export function printOf(resources: readonly RecordedResource[]): ResourcePrint[] {
  const byUrn = new Map(resources.map((resource) => [resource.urn, resource]));
  return resources
    .filter(({ custom }) => custom)
    .map((resource) => print(resource, byUrn))
    .sort((left, right) => (left.id < right.id ? -1 : 1));
}

function print(resource: RecordedResource, byUrn: ReadonlyMap<string, RecordedResource>): ResourcePrint {
  const { type, name, urn, inputs, options, propertyDependencies } = resource;
  const sources = (path: string) => [...(propertyDependencies[path.split(".")[0]!] ?? [])].map(idOf).sort();
  const replacing = replacingPaths(type).filter((path) => at(resource, path) !== undefined);
  const paths = [
    ...new Set([...Object.keys(inputs).filter((key) => key !== "__defaults"), ...replacing]),
  ].sort();
  const unknown = replacing.filter((path) => holdsUnknown(at(resource, path)) && sources(path).length > 0);
  return {
    ...{ id: idOf(urn), type, name, protect: options.protect },
    component: byUrn.get(topOf(resource, byUrn))?.name ?? "",
    ...(options.aliases.length > 0 && { aliases: options.aliases.map(idOf) }),
    inputs: Object.fromEntries(paths.map((path) => [path, digest(at(resource, path), sources(path))])),
    ...(unknown.length > 0 && {
      comesFrom: Object.fromEntries(unknown.map((path) => [path, sources(path)])),
    }),
  };
}

/** Stacks of one program differ in the first two parts of their URNs. */
export function idOf(urn: string): string {
  return urn.split("::").slice(2).join("::");
}

/** An input whole, or of a path into one what of it replaces the resource. */
function at({ type, inputs }: RecordedResource, path: string): unknown {
  if (path in inputs) return inputs[path];
  const found = valuesAt(inputs, path.split("."));
  return replacingPart(type, path, found.length > 1 ? found : found[0]);
}

/** 12 hexadecimal digits: a change goes unseen once in 10^14. Where the preview doesn't know, what it comes from counts. */
function digest(value: unknown, sources: readonly string[]): string {
  const canonical = JSON.stringify(canonicalForm(value));
  const told = holdsUnknown(value) ? `${canonical}${sources.join()}` : canonical;
  return createHash("sha256").update(told).digest("hex").slice(0, 12);
}

/** Keys in order, documents read, secrets taken out: what means the same has the same form. */
function canonicalForm(value: unknown): unknown {
  if (typeof value === "string") return document(value);
  if (Array.isArray(value)) return value.map(canonicalForm);
  if (typeof value !== "object" || value === null) return value;
  if (Reflect.get(value, rpc.specialSigKey) === rpc.specialSecretSig) return "[secret]";
  return Object.fromEntries(
    Object.entries(value)
      .sort(([left], [right]) => (left < right ? -1 : 1))
      .map(([key, item]) => [key, UNORDERED.has(key) ? unordered(item) : canonicalForm(item)]),
  );
}

/** Lists of a policy that are sets. */
const UNORDERED: ReadonlySet<string> = new Set([
  "Action",
  "NotAction",
  "Resource",
  "NotResource",
  "AWS",
  "Service",
]);

function unordered(value: unknown): unknown {
  return Array.isArray(value)
    ? value.map((item) => JSON.stringify(canonicalForm(item))).sort()
    : canonicalForm(value);
}

/** A document in a string counts by what it says, not by its spaces. */
function document(text: string): unknown {
  if (!/^\s*[{[]/.test(text)) return text;
  try {
    return { document: canonicalForm(JSON.parse(text)) };
  } catch {
    return text;
  }
}

const UNKNOWN: ReadonlySet<unknown> = new Set(Object.values(unknowns));

function holdsUnknown(value: unknown): boolean {
  if (typeof value === "string") return UNKNOWN.has(value) || value.includes(rpc.unknownValue);
  return typeof value === "object" && value !== null && Object.values(value).some(holdsUnknown);
}
