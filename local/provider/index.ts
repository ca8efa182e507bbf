/**
 * Makes the program's own resources on the local cloud. It knows the types that have an engine here; any other type
 * stays planned, and is reported so.
 */
import * as rpc from "@pulumi/pulumi/runtime/rpc";
import type { CloudClients } from "../endpoints";
import type { ServiceProcess } from "../process";
import type { Create } from "../recorder/monitor";
import type { Inputs } from "./resource-type";
import { TYPES } from "./types";

/** Tokens of the types that the local cloud has an engine for. */
export const EMULATED_TYPES: readonly string[] = Object.keys(TYPES);

/**
 * @param processes takes servers that are started for resources. @default none may be
 * @throws Error that names the resource and what the service answered.
 */
export function localProvider(cloud: CloudClients, processes: ServiceProcess[] = []): Create {
  return async (resource, object) => {
    const type = TYPES[resource.type];
    if (type === undefined) return undefined;
    const inputs = (object === undefined ? {} : withoutSecrets(rpc.deserializeProperties(object))) as Inputs;
    try {
      const { id, outputs } = await type.create(inputs, cloud, processes);
      return { id, outputs: outputs ?? {} };
    } catch (error) {
      throw new Error(`${resource.type} ${resource.name}: ${(error as Error).message}`, { cause: error });
    }
  };
}

/** Secrets come wrapped; the service takes their value. */
function withoutSecrets(value: unknown): unknown {
  if (rpc.isRpcSecret(value)) return withoutSecrets(rpc.unwrapRpcSecret(value));
  if (Array.isArray(value)) return value.map(withoutSecrets);
  if (typeof value !== "object" || value === null || value.constructor !== Object) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, withoutSecrets(item)]));
}
