/** A rule's example: the platform that its tests break, beside the one that they don't. What it shows is therefore true. */
import * as rpc from "@pulumi/pulumi/runtime/rpc";
import type { RecordedResource } from "../../local/recorder";
import { shortType } from "../plan/tree";

/** A place where the broken platform differs from the good one; undefined: it is not there. */
export interface ExampleDifference {
  /** Name and type of the resource. */
  readonly resource: string;
  /** Inputs from the outside in; empty: the resource as a whole. */
  readonly input: string;
  readonly good: string | undefined;
  readonly bad: string | undefined;
}

/** @param at name of the resource that the rule names; its own differences are told where it has some */
export function exampleDifferences(
  good: readonly RecordedResource[],
  bad: readonly RecordedResource[],
  at: string,
): ExampleDifference[] {
  const [before, after] = [good, bad].map((plan) => new Map(plan.map((each) => [idOf(each), each]))) as [
    Map<string, RecordedResource>,
    Map<string, RecordedResource>,
  ];
  const all = [...new Set([...before.keys(), ...after.keys()])].flatMap((id) =>
    ofResource(before.get(id), after.get(id)),
  );
  const own = all.filter(({ resource }) => resource.startsWith(`${at} (`));
  return own.length > 0 ? own : all;
}

/** A URN without its stack, so that a resource is held against itself in another stack. */
function idOf({ urn }: RecordedResource): string {
  return urn.split("::").slice(1).join("::");
}

function stackOf({ urn }: RecordedResource): string {
  return urn.slice("urn:pulumi:".length, urn.indexOf("::"));
}

function ofResource(
  good: RecordedResource | undefined,
  bad: RecordedResource | undefined,
): ExampleDifference[] {
  const { name, type } = (good ?? bad)!;
  const resource = `${name} (${shortType(type)})`;
  const whole = (found: RecordedResource | undefined) =>
    found === undefined ? undefined : text(found.inputs);
  if (good === undefined || bad === undefined) {
    return [{ resource, input: "", good: whole(good), bad: whole(bad) }];
  }
  return [
    ...differences(stackOf(good), stackOf(bad), "stack"),
    ...differences(good.inputs, bad.inputs, ""),
    ...differences(good.options, bad.options, "options"),
    ...differences(links(good), links(bad), "comes from"),
  ].map((difference) => ({ resource, ...difference }));
}

/** Where unknown values come from, which decides whose key or function it is. */
function links({ propertyDependencies }: RecordedResource): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(propertyDependencies).map(([property, urns]) => [
      property,
      urns.map((urn) => urn.slice(urn.lastIndexOf("::") + 2)),
    ]),
  );
}

type Difference = Omit<ExampleDifference, "resource">;

function differences(good: unknown, bad: unknown, input: string): Difference[] {
  const [left, right] = [document(good), document(bad)];
  if (JSON.stringify(left) === JSON.stringify(right)) return [];
  if (!isObject(left) || !isObject(right) || Array.isArray(left) !== Array.isArray(right)) {
    return [{ input, good: shown(left), bad: shown(right) }];
  }
  return [...new Set([...Object.keys(left), ...Object.keys(right)])].flatMap((key) =>
    differences(left[key], right[key], input === "" ? key : `${input}.${key}`),
  );
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && Reflect.get(value, rpc.specialSigKey) === undefined;
}

/** Policies are often text: what they say is compared. */
function document(value: unknown): unknown {
  if (typeof value !== "string" || !value.startsWith("{")) return value;
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}

function shown(value: unknown): string | undefined {
  return value === undefined ? undefined : text(value);
}

function text(value: unknown): string {
  return JSON.stringify(value, (_key, each: unknown) => {
    if (each === rpc.unknownValue) return "(known once it is made)";
    const secret = typeof each === "object" && each !== null && Reflect.get(each, rpc.specialSigKey);
    return secret === rpc.specialSecretSig ? "(a secret)" : each;
  });
}
