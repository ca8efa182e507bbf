/**
 * Makes the program's own resources on the local cloud. It knows the types that have an engine here; any other type
 * stays planned, and is reported so.
 */
import { partitionOf } from "../../components/aws/context";
import type { CloudClients } from "../endpoints";
import type { ServiceProcess } from "../process";
import type { Create } from "../recorder/monitor";
import { LocalProvider } from "./provider";
import type { Wire } from "./wire";
import { TYPES } from "./types";

export { LocalProvider } from "./provider";

/** Tokens of the types that the local cloud has an engine for. */
export const EMULATED_TYPES: readonly string[] = Object.keys(TYPES);

/**
 * For a program that is recorded in this process.
 * @param processes takes servers that are started for it. @default none may be
 * @throws Error that names the resource and what the service answered.
 */
export function localProvider(cloud: CloudClients, processes: ServiceProcess[] = []): Create {
  const { region, accountId } = cloud.endpoints;
  const provider = new LocalProvider({
    place: { region, accountId, partition: partitionOf(region) },
    emulation: () => ({ cloud, types: TYPES, processes }),
  });
  return async ({ type, urn }, object) => {
    if (!(type in TYPES)) return undefined;
    const { id, outputs } = await provider.make(urn, (object?.toJavaScript() ?? {}) as Wire);
    return { id, outputs: outputs ?? {} };
  };
}
