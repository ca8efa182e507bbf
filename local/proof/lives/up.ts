/** Deploys a plan by the engine: a process to be killed. Arguments: state's folder, a cloud's endpoints, a file with the plan. */
import { readFileSync } from "node:fs";
import type { LocalEndpoints } from "../../endpoints";
import { findEngine } from "../../engine/binary";
import { EngineStack } from "../../engine/workspace";
import type { Plan } from "./plan";
import { programOf } from "./program";

const [folder, endpoints, file] = process.argv.slice(2) as [string, string, string];

void (async () => {
  const opened = await EngineStack.open({
    ...{ engine: await findEngine(), stack: "local", folder, processes: [] },
    endpoints: JSON.parse(endpoints) as LocalEndpoints,
    program: programOf(JSON.parse(readFileSync(file, "utf8")) as Plan),
  });
  // What failed is told by the exit code.
  await opened.update().finally(() => opened.close());
})();
