import { CloudClients } from "../../../local/endpoints";
import { LOCAL_ACCOUNT, startLocalCloud } from "../../../local/local-cloud";
import { ROOT } from "../../../local/paths";
import type { PlatformOutputs } from "../../../local/pipeline/outputs";
import { localProvider } from "../../../local/provider";
import { readStackConfig, recordProgram, regionOf } from "../../../local/recorder";
import type { ComponentCount } from "../../../local/report";
import { partsOf, type Placed } from "../../plan/parts";
import { shortType } from "../../plan/tree";
import { addedConfig, asksForKafka } from "../local-config";
import type { Step, StepOutput } from "../run";

export const startCloud: Step = {
  title: "Local cloud",
  run: async (run, { say, note }) => {
    run.cloud = await startLocalCloud(regionOf(readStackConfig(ROOT, "local").values), {
      kafka: asksForKafka(run.options),
      say: (what) => say(`fetched ${what}`),
    });
    const { emulator, services, kafka } = run.cloud.endpoints;
    run.clients = new CloudClients(run.cloud.endpoints);
    note(`emulator at ${emulator}, Naru's own services at ${services}`);
    if (kafka !== undefined) note(`Kafka at ${kafka}`);
  },
};

export const deployStack: Step = {
  title: "Stack deployed",
  run: async (run, { say, note }) => {
    const create = localProvider(run.clients!, run.cloud!.processes);
    let made = 0;
    const record = await recordProgram({
      root: ROOT,
      stack: "local",
      accountId: LOCAL_ACCOUNT,
      config: addedConfig(run),
      create: async (resource, object) => {
        const result = await create(resource, object);
        say(`${(made += 1)} resources`);
        return result;
      },
    });
    run.outputs = record.outputs as unknown as PlatformOutputs;
    run.report.deployedBy = "naru";
    run.report.deployment = countByComponent(record.resources, ({ urn }) => record.created.has(urn));
    tellDeployment(run.report.deployment, note);
  },
};

export function tellDeployment(counts: readonly ComponentCount[], note: StepOutput["note"]): void {
  counts.forEach(({ component, created, planned, plannedTypes }) =>
    note(
      `${component.padEnd(10)} ${String(created).padStart(3)} created` +
        (planned === 0 ? "" : `, ${planned} planned, no engine here: ${plannedTypes.join(", ")}`),
    ),
  );
}

/** @param isMade whether the local cloud has an engine for it. */
export function countByComponent<R extends Placed>(
  resources: readonly R[],
  isMade: (resource: R) => boolean,
): ComponentCount[] {
  return partsOf(resources).map(({ component, custom }) => {
    const planned = custom.filter((resource) => !isMade(resource));
    return {
      component: nameOf(component.urn),
      created: custom.length - planned.length,
      planned: planned.length,
      plannedTypes: [...new Set(planned.map(({ type }) => shortType(type)))],
    };
  });
}

function nameOf(urn: string): string {
  return urn.slice(urn.lastIndexOf("::") + 2);
}
