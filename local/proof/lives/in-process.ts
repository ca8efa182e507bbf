/** The same program without the engine, as `npm start` makes it; then deleted again. */
import type { CloudClients } from "../../endpoints";
import { ROOT } from "../../paths";
import { localProvider } from "../../provider";
import type { Inputs } from "../../provider/resource-type";
import { TYPES } from "../../provider/types";
import { inClear } from "../../provider/wire";
import { recordProgram } from "../../recorder";
import type { Plan } from "./plan";
import { programOf } from "./program";
import type { Known } from "./anew";
import { sightOf } from "./sight";

/** @returns what the services tell of it, as {@link sightOf}. */
export async function inProcess(plan: Plan, cloud: CloudClients): Promise<Map<string, string>> {
  const made: Known[] = [];
  const create = localProvider(cloud);
  await recordProgram({
    ...{ root: ROOT, stack: "local", accountId: cloud.endpoints.accountId, program: programOf(plan) },
    create: async (resource, object) => {
      const done = await create(resource, object);
      const inputs = inClear(object?.toJavaScript() ?? {}) as Record<string, unknown>;
      if (done !== undefined) made.push({ urn: resource.urn, type: resource.type, inputs, ...done });
      return done;
    },
  });
  const seen = await sightOf(made, cloud);
  for (const { type, id, inputs, outputs } of [...made].reverse()) {
    await TYPES[type]!.delete?.(id!, { ...outputs, ...inputs } as Inputs, cloud);
  }
  return seen;
}
