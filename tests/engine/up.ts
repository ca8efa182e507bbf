/** Deploys a stack by the engine, recorded only: a process to be killed. Arguments: the stack and the folder of its state. */
import { findEngine } from "../../local/engine/binary";
import { EngineStack } from "../../local/engine/workspace";

const [stack, folder] = process.argv.slice(2) as [string, string];

void (async () => {
  const opened = await EngineStack.open({ engine: await findEngine(), stack, folder });
  await opened.update();
})();
