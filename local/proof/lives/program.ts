/** Runs a plan as a Pulumi program. */
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { Program } from "../../recorder/load-program";
import { KINDS } from "./kinds";
import { needsOf, type Node, type Plan, type Value } from "./plan";

class Part extends pulumi.ComponentResource {
  constructor(name: string) {
    super("naru:lives:Part", name);
    this.registerOutputs({});
  }
}

type Resource = pulumi.CustomResource & Readonly<Record<string, pulumi.Output<string>>>;
type ResourceClass = new (name: string, inputs: object, options: pulumi.CustomResourceOptions) => Resource;

/** In the order in which the plan has them, but none before one that it needs. */
export function programOf(plan: Plan): Program {
  return async () => {
    const parts = new Map<string, Part>();
    const made = new Map<string, Resource>();
    const waiting = new Map(plan.map((node) => [node.key, node]));
    const partOf = (name: string | undefined) => {
      if (name === undefined) return undefined;
      const part = parts.get(name) ?? new Part(name);
      parts.set(name, part);
      return part;
    };
    const make = (node: Node): void => {
      if (!waiting.delete(node.key)) return;
      for (const need of needsOf(node)) {
        const other = waiting.get(need);
        if (other !== undefined) make(other);
      }
      const { dependsOn, alias, importId, ...options } = node.options;
      const inputs = resolved(node.inputs as Value, made) as object;
      made.set(
        node.key,
        new (classOf(KINDS[node.kind]!.type))(node.name, inputs, {
          ...options,
          ignoreChanges: options.ignoreChanges && [...options.ignoreChanges],
          parent: partOf(node.part),
          dependsOn: dependsOn?.flatMap((key) => made.get(key) ?? []),
          import: importId,
          // A parent that is said to be none is the stack.
          ...(alias && { aliases: [{ name: alias.name, parent: partOf(alias.part) }] }),
        }),
      );
    };
    for (const node of plan) make(node);
    return {};
  };
}

/** `aws:s3/bucketPolicy:BucketPolicy` is `aws.s3.BucketPolicy`. */
function classOf(type: string): ResourceClass {
  const [, module, name] = /^aws:(\w+)\/\w+:(\w+)$/.exec(type)!;
  const modules = aws as unknown as Readonly<Record<string, Readonly<Record<string, ResourceClass>>>>;
  return modules[module!]![name!]!;
}

function resolved(value: Value | undefined, made: ReadonlyMap<string, Resource>): unknown {
  if (typeof value === "string") return text(value, made);
  if (Array.isArray(value)) return value.map((item) => resolved(item, made));
  if (typeof value !== "object" || value === null) return value;
  if (typeof value.$secret === "string") return pulumi.secret(value.$secret);
  if (typeof value.$code === "string") {
    return new pulumi.asset.AssetArchive({ "index.js": new pulumi.asset.StringAsset(value.$code) });
  }
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, resolved(item, made)]));
}

function text(value: string, made: ReadonlyMap<string, Resource>): pulumi.Input<string> {
  const parts = value.split(/(\$\{\w+\.\w+\})/).filter((part) => part !== "");
  const outputs = parts.map((part) => {
    const [, key, output] = /^\$\{(\w+)\.(\w+)\}$/.exec(part) ?? [];
    return key === undefined ? part : made.get(key)![output!]!;
  });
  if (outputs.length === 1) return outputs[0]!;
  return pulumi.all(outputs).apply((known) => known.join(""));
}
