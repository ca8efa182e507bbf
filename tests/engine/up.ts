/** Deploys a stack by the engine: a process to be killed. Arguments: the stack, the folder of its state, a local cloud's endpoints. */
import { findEngine } from "../../local/engine/binary";
import { EngineStack } from "../../local/engine/workspace";
import type { LocalEndpoints } from "../../local/endpoints";

const [stack, folder, endpoints] = process.argv.slice(2) as [string, string, string?];

void (async () => {
  const opened = await EngineStack.open({
    ...{ engine: await findEngine(), stack, folder, processes: [] },
    endpoints: endpoints === undefined ? undefined : (JSON.parse(endpoints) as LocalEndpoints),
  });
  await opened.update();
})();
