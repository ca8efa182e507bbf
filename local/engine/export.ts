/** A recorded plan as the state of a stack, which `pulumi stack import` takes: the engine then judges what it never made. */
import type { Deployment } from "@pulumi/pulumi/automation";
import * as rpc from "@pulumi/pulumi/runtime/rpc";
import type { ProgramRecord, RecordedResource } from "../recorder";
import { STACK_TYPE } from "../recorder/recorded-resource";

/** Form of a state's JSON. */
const DEPLOYMENT_VERSION = 3;
/** Providers in a state have an id of this form. */
const PROVIDER_ID = "00000000-0000-4000-8000-000000000000";

type Plan = Pick<ProgramRecord, "project" | "stack" | "region" | "resources">;

/** Everything stands in it as if it had been made: unknown values stay unknown, an id is the resource's name. */
export function stateOf({ project, stack, region, resources }: Plan): Deployment {
  const root = resources.find(({ type }) => type === STACK_TYPE);
  const packages = [...new Set(resources.filter(({ custom }) => custom).map(packageOf))];
  const providers = packages.map((name) => ({
    urn: providerUrn(project, stack, name),
    custom: true,
    id: PROVIDER_ID,
    type: `pulumi:providers:${name}`,
    inputs: name === "aws" ? { region } : {},
    outputs: name === "aws" ? { region } : {},
  }));
  const rest = resources.filter((resource) => resource !== root);
  return {
    version: DEPLOYMENT_VERSION,
    deployment: {
      manifest: { time: new Date(0).toISOString(), magic: "", version: "" },
      resources: [
        { urn: root?.urn, custom: false, type: STACK_TYPE },
        ...providers,
        ...inOrder(rest).map((resource) => ({
          urn: resource.urn,
          custom: resource.custom,
          ...(resource.custom && { id: resource.name, provider: providerOf(resource, project, stack) }),
          type: resource.type,
          inputs: stored(resource.inputs),
          outputs: stored(resource.inputs),
          parent: resource.parent,
          protect: resource.options.protect,
          retainOnDelete: resource.options.retainOnDelete,
          dependencies: resource.dependencies,
          propertyDependencies: resource.propertyDependencies,
        })),
      ],
    },
  };
}

/** A state holds each resource after those that it waits for. */
function inOrder(resources: readonly RecordedResource[]): RecordedResource[] {
  const byUrn = new Map(resources.map((resource) => [resource.urn, resource]));
  const ordered = new Set<RecordedResource>();
  const place = (resource: RecordedResource | undefined): void => {
    if (resource === undefined || ordered.has(resource)) return;
    byUrn.delete(resource.urn);
    place(byUrn.get(resource.parent));
    for (const urn of [resource.dependencies, ...Object.values(resource.propertyDependencies)].flat()) {
      place(byUrn.get(urn));
    }
    ordered.add(resource);
  };
  for (const resource of resources) if (byUrn.has(resource.urn)) place(resource);
  return [...ordered];
}

function packageOf({ type }: RecordedResource): string {
  return type.split(":")[0]!;
}

function providerUrn(project: string, stack: string, name: string): string {
  return `urn:pulumi:${stack}::${project}::pulumi:providers:${name}::default`;
}

function providerOf(resource: RecordedResource, project: string, stack: string): string {
  return `${providerUrn(project, stack, packageOf(resource))}::${PROVIDER_ID}`;
}

/** Secrets travel with their value, and are stored as JSON in clear, which the engine encrypts as it takes it in. */
function stored(value: unknown): unknown {
  if (rpc.isRpcSecret(value)) {
    return {
      [rpc.specialSigKey]: rpc.specialSecretSig,
      plaintext: JSON.stringify(stored(rpc.unwrapRpcSecret(value))),
    };
  }
  if (Array.isArray(value)) return value.map(stored);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, stored(item)]));
}
