/**
 * The engine's plugin for one package of Pulumi's. Its environment says which, `NARU_PLUGIN`, and where the local cloud
 * is, `NARU_ENDPOINTS` as JSON; without that every type is recorded only.
 */
import * as grpc from "@grpc/grpc-js";
import engineGrpc from "@pulumi/pulumi/proto/engine_grpc_pb";
import enginePb from "@pulumi/pulumi/proto/engine_pb";
import type { LocalEndpoints } from "../endpoints";
import type { EngineProvider } from "./engine-provider";
import { versionOf } from "./package-version";
import { LocalProvider, type Emulation } from "./provider";
import { RandomProvider } from "./random";
import { serveProvider, type ServedProvider } from "./server";

export const PLUGINS = ["aws", "awsx", "random"] as const;
export type Plugin = (typeof PLUGINS)[number];

export interface PluginOptions {
  /** The local cloud. @default every type is recorded only */
  readonly endpoints?: LocalEndpoints;
  /** Takes servers that are started for resources. @default such resources are refused */
  readonly processes?: Emulation["processes"];
  /** `127.0.0.1:PORT` of the engine's log. @default what the engine says when it attaches */
  readonly engineAddress?: string;
}

/** Milliseconds between looks at whether the engine still lives. */
const PARENT_LOOK_MS = 1000;

/** Serves a plugin in this process; the engine attaches to it by PULUMI_DEBUG_PROVIDERS=`aws:PORT`. */
export function servePlugin(plugin: Plugin, options: PluginOptions = {}): Promise<ServedProvider> {
  let engine = options.engineAddress === undefined ? undefined : logOf(options.engineAddress);
  const provider = providerOf(plugin, options, (urn, message) => {
    const request = new enginePb.LogRequest().setSeverity(enginePb.LogSeverity.INFO);
    // The engine's log only: that it does not take a note is no reason to fail.
    engine?.log(request.setUrn(urn).setMessage(message), () => undefined);
  });
  return serveProvider(provider, {
    version: versionOf(plugin),
    onAttach: (address) => (engine = logOf(address)),
  });
}

/** @throws Error when the environment names no plugin. */
export function main([engineAddress]: readonly string[]): void {
  const { NARU_PLUGIN: plugin, NARU_ENDPOINTS: told } = process.env;
  if (!isPlugin(plugin)) {
    throw new Error(`NARU_PLUGIN says which plugin this is: ${PLUGINS.join(", ")}`);
  }
  endWithParent();
  const endpoints = told === undefined ? undefined : (JSON.parse(told) as LocalEndpoints);
  void servePlugin(plugin, { endpoints, engineAddress }).then(({ port }) => console.log(String(port)));
}

function providerOf(
  plugin: Plugin,
  { endpoints, processes }: PluginOptions,
  onNote: (urn: string, message: string) => void,
): EngineProvider {
  if (plugin === "random") return new RandomProvider();
  if (endpoints === undefined) return new LocalProvider({ onNote });
  const { region, accountId } = endpoints;
  return new LocalProvider({
    place: { region, accountId, partition: "aws" },
    emulation: () => {
      const { CloudClients } = require("../endpoints") as typeof import("../endpoints");
      const { TYPES } = require("./types") as typeof import("./types");
      return { cloud: new CloudClients(endpoints), types: TYPES, processes };
    },
    onNote,
  });
}

function isPlugin(name: string | undefined): name is Plugin {
  return PLUGINS.some((plugin) => plugin === name);
}

function logOf(address: string): engineGrpc.EngineClient {
  return new engineGrpc.EngineClient(address, grpc.credentials.createInsecure());
}

/** Nobody would end it after an engine that was killed. */
function endWithParent(): void {
  const parent = process.ppid;
  setInterval(() => process.ppid !== parent && process.exit(0), PARENT_LOOK_MS).unref();
}
