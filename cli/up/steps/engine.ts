/** The deployment by Pulumi's own engine: what `pulumi up` does on AWS, against the local cloud. */
import { findEngine } from "../../../local/engine/binary";
import { EngineStack } from "../../../local/engine/workspace";
import { PATHS } from "../../../local/paths";
import type { PlatformOutputs } from "../../../local/pipeline/outputs";
import { EMULATED_TYPES } from "../../../local/provider";
import { RULES } from "../../../policies/rules";
import { policyPack } from "../../engine/policy-pack";
import { addedConfig, asksForDatabase } from "../local-config";
import type { Run, Step } from "../run";
import { countByComponent, tellDeployment } from "./deploy";

export const engineAtHand: Step = {
  title: "Pulumi's engine",
  run: async (run, { say, note }) => {
    run.engine = await findEngine({ say });
    note(`${run.engine.version}, ${run.engine.root ?? "of the PATH"}`);
  },
};

/** Before anything is made, as an update's packs see the whole stack only when all of it stands. */
export const previewByEngine: Step = {
  title: "Preview by Pulumi's engine, with the policy packs",
  run: async (run, { say, note }) => {
    const stack = await openStack(run);
    const { changes, rules } = await stack.preview(say);
    const resources = Object.values(changes).reduce((sum, count) => sum + count, 0);
    const judged = RULES.filter(({ name }) => rules.has(name)).length;
    run.report.policies = { rules: judged, resources, violations: 0 };
    note(`${resources} resources against ${judged} rules: no violation`);
  },
};

export const deployByEngine: Step = {
  title: "Stack deployed by Pulumi's engine",
  run: async (run, { say, note }) => {
    const stack = run.stack!;
    await stack.update(say);
    run.outputs = (await stack.outputs()) as unknown as PlatformOutputs;
    run.report.deployedBy = `pulumi ${run.engine!.version}`;
    const resources = (await stack.resources()).map((each) => ({ ...each, parent: each.parent ?? "" }));
    run.report.deployment = countByComponent(resources, ({ type }) => EMULATED_TYPES.includes(type));
    tellDeployment(run.report.deployment, note);
  },
};

async function openStack(run: Run): Promise<EngineStack> {
  run.stack = await EngineStack.open({
    engine: run.engine!,
    stack: "local",
    folder: PATHS.engine,
    endpoints: run.cloud!.endpoints,
    processes: asksForDatabase() ? run.cloud!.processes : undefined,
    config: addedConfig(run),
    packs: [await policyPack("local", PATHS.engine)],
  });
  return run.stack;
}
