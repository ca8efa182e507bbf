/** What the guardrails cost in time: a cold check, the start of the pack, and resources a second once it serves. */
import { examinePlan } from "../../cli/check/run-pack";
import { compilePolicies } from "../../cli/check";
import { PackProcess } from "../../cli/check/pack-process";
import { ROOT } from "../../local/paths";
import { recordProgram, type RecordedResource } from "../../local/recorder";
import { processor } from "../processor";
import { cpuOf, peakOf, watched } from "../ship/watched-process";

const RUNS = 3;

/** What issue and design promise on two cores with nothing else to do. */
const AIMS = { coldSeconds: 3, peakMegabytes: 400, startSeconds: 1, perSecond: 2000 };

export interface TimingOptions {
  /** How many platforms the large plan holds. @default 100 */
  readonly copies?: number;
}

/** Prints; asserts only that plans are judged as they should be, as speed differs with what else runs. */
export async function printTiming({ copies = 100 }: TimingOptions = {}): Promise<void> {
  console.log(`${processor().model}, best of ${RUNS} runs each\n`);
  await coldCheck();
  const packDirectory = await compilePolicies();
  await packStart(packDirectory);
  await throughput(packDirectory, copies);
}

async function coldCheck(): Promise<void> {
  // What is kept from one check to the next is there at the first measured one, as for whoever checks a second time.
  const first = await watched(process.execPath, ["cli/naru.js", "check", "prod"]);
  const runs = [];
  for (let run = 0; run < RUNS; run++) {
    runs.push(await watched(process.execPath, ["cli/naru.js", "check", "prod"]));
  }
  const least = (values: readonly (number | null)[]) => Math.min(...values.map((value) => value ?? Infinity));
  const seconds = least(runs.map((run) => run.seconds));
  const cpu = least(runs.map(({ cpuSeconds }) => cpuSeconds));
  const megabytes = least(runs.map(({ peakBytes }) => peakBytes)) / 1e6;
  console.log(
    `cold check of prod: ${seconds.toFixed(2)} s (aim ${AIMS.coldSeconds}), ${cpu.toFixed(2)} s of processor, ` +
      `${megabytes.toFixed(0)} MB in both processes (aim ${AIMS.peakMegabytes}); the first one ${first.seconds.toFixed(2)} s`,
  );
}

async function packStart(packDirectory: string): Promise<void> {
  const starts: number[] = [];
  for (let run = 0; run < RUNS; run++) {
    const pack = await PackProcess.start(packDirectory);
    starts.push(pack.startMilliseconds);
    await pack.stop();
  }
  console.log(`start of the pack: ${(Math.min(...starts) / 1000).toFixed(2)} s (aim ${AIMS.startSeconds})`);
}

async function throughput(packDirectory: string, copies: number): Promise<void> {
  const { project, stack, resources } = await recordProgram({ root: ROOT, stack: "prod" });
  const pack = await PackProcess.start(packDirectory);
  try {
    // The first plan also compiles the rules.
    await examinePlan(pack, resources, { project, stack, preview: true });
    const many = blownUp(resources, copies);
    const cpu = () => cpuOf(process.pid) + cpuOf(pack.pid);
    const [started, spent] = [performance.now(), cpu()];
    const { violations } = await examinePlan(pack, many, { project, stack, preview: true });
    const seconds = (performance.now() - started) / 1000;
    console.log(
      `a plan ${copies} times as large: ${many.length} resources in ${seconds.toFixed(1)} s, ` +
        `${Math.round(many.length / seconds)} a second (aim ${AIMS.perSecond}); ` +
        `${(cpu() - spent).toFixed(1)} s of processor in both processes; ` +
        `${megabytesOf(process.pid)} MB here, which made the plan, ${megabytesOf(pack.pid)} MB in the pack`,
    );
    const found = [...new Set(violations.map(({ rule }) => rule))];
    if (found.length > 0)
      throw new Error(`the large plan breaks what the small one keeps: ${found.join(", ")}`);
  } finally {
    await pack.stop();
  }
}

/** Its most memory so far. */
function megabytesOf(pid: number): string {
  const bytes = peakOf(pid);
  return bytes === 0 ? "unknown" : (bytes / 1e6).toFixed(0);
}

/** Platforms side by side, each with names, links and ARNs of its own. */
export function blownUp(resources: readonly RecordedResource[], copies: number): RecordedResource[] {
  const text = JSON.stringify(resources);
  return Array.from({ length: copies }, (_, copy) =>
    (
      JSON.parse(
        text
          .replace(/"urn:pulumi:[^"]+/g, (urn) => `${urn}-${copy}`)
          .replace(/\bnaru([-_])prod\b|\bnaru([-_])prod(?=_)/g, (name) => `${name}${name[4]}${copy}`)
          .replace(/\/naru\/prod\b/g, (path) => `${path}-${copy}`),
      ) as RecordedResource[]
    ).map((resource) => ({ ...resource, name: `${resource.name}-${copy}` })),
  ).flat();
}
