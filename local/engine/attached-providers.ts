/** Providers of this process, which the engine attaches to instead of starting a plugin of its own. */
import type { LocalEndpoints } from "../endpoints";
import type { ServiceProcess } from "../process";

export interface AttachedProviders {
  /** Tells the engine where they are. */
  readonly environment: Readonly<Record<string, string>>;
  close(): void;
}

export const NONE_ATTACHED: AttachedProviders = { environment: {}, close: () => undefined };

/** @param processes takes servers that are started for resources. */
export async function attachProviders(
  endpoints: LocalEndpoints | undefined,
  processes: ServiceProcess[],
): Promise<AttachedProviders> {
  // Loaded by those who attach: else it is the plugin's own process that needs it.
  const { PLUGINS, servePlugin } =
    require("../provider/engine-plugin") as typeof import("../provider/engine-plugin");
  const served = await Promise.all(
    PLUGINS.map(async (name) => ({ name, provider: await servePlugin(name, { endpoints, processes }) })),
  );
  return {
    environment: {
      PULUMI_DEBUG_PROVIDERS: served.map(({ name, provider }) => `${name}:${provider.port}`).join(","),
    },
    close: () => served.forEach(({ provider }) => provider.close()),
  };
}
