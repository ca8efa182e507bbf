/**
 * `npm run proof:verify`: every step of `naru verify aws`, from the first to the last, against the local cloud instead of an
 * account: the same command, the stack dev, Pulumi's own engine. Before that it is killed and interrupted at four moments,
 * and gone on with. Exit code 0 only when each step passes, and no service has anything left.
 */
import { mkdirSync } from "node:fs";
import { verifyAws } from "../../cli/verify";
import { CloudClients, type LocalEndpoints } from "../endpoints";
import { findEngine } from "../engine/binary";
import { EngineStack } from "../engine/workspace";
import { LOCAL_ACCOUNT, startLocalCloud } from "../local-cloud";
import { PATHS, ROOT } from "../paths";
import { EMULATED_TYPES } from "../provider";
import { readStackConfig, recordProgram, regionOf } from "../recorder";
import { claimRun, releaseRun } from "../running";
import { checkJava, ensureJars, ensurePython } from "../toolchain";
import { leftBehind } from "./left-behind";
import { interruptions } from "./verify/interruptions";
import { useLocalCloud, writeProject } from "./verify/shell";

const STACK = "dev";
/** Waiting times of the stack's, as short as on the local stack; nothing else of dev is changed. */
const SHORTER = {
  "naru:deliveryBufferSeconds": "5",
  "naru:sparkPollSeconds": "1",
  "naru:sparkDropSeconds": "2",
};

async function main(): Promise<number> {
  mkdirSync(PATHS.own, { recursive: true });
  const say = (what: string) => console.log(`    ${what}`);
  await Promise.all([checkJava(), ensureJars(), ensurePython(say)]);
  const engine = await findEngine({ say });
  await claimRun();
  const cloud = await startLocalCloud(regionOf(readStackConfig(ROOT, STACK).values));
  try {
    const folder = PATHS.engine;
    const { endpoints } = cloud;
    writeProject(folder, STACK, SHORTER);
    const host = useLocalCloud(engine, folder, endpoints);
    tellDifferences(await recordedOnly(), host);
    const clients = new CloudClients(endpoints);
    const open = () => EngineStack.open({ engine, stack: STACK, folder, endpoints, config: SHORTER });
    console.log("Killed and interrupted, and gone on with:");
    await interruptions({ folder, clients, open, tell: say });
    if ((await nothingLeft(endpoints)) !== 0) return 1;
    // Its progress lies beside the cloud that it tells of: one in an account of yours is another.
    const code = await verifyAws({ stack: STACK, yes: true, folder, ask: null });
    return code === 0 ? await nothingLeft(endpoints) : code;
  } finally {
    await cloud.stop();
    releaseRun();
  }
}

/** How many of the stack's resources have no engine here. */
async function recordedOnly(): Promise<{ readonly resources: number; readonly planned: number }> {
  const { resources } = await recordProgram({
    ...{ root: ROOT, stack: STACK, accountId: LOCAL_ACCOUNT, config: SHORTER },
  });
  const custom = resources.filter((resource) => resource.custom);
  const planned = custom.filter(({ type }) => !EMULATED_TYPES.includes(type)).length;
  return { resources: custom.length, planned };
}

function tellDifferences({ resources, planned }: { resources: number; planned: number }, host: string): void {
  console.log(
    [
      "What follows is `naru verify aws --yes`. From an account of yours it differs in this:",
      "  - AWS is the local cloud on 127.0.0.1, by AWS_ENDPOINT_URL and its likes; no request leaves this machine;",
      `  - the provider is Naru's own: of ${resources} resources ${planned} are recorded only, as their types have no engine here;`,
      `  - the program is started by ${host};`,
      "  - whoever deploys is the emulator's root, whom nothing is refused; the roles that are taken are the program's, under IAM;",
      `  - shorter: ${Object.entries(SHORTER)
        .map(([key, value]) => `${key} ${value}`)
        .join(", ")};`,
      "  - the emulator's Tagging API knows few services, so at the end each service is asked what it still has.",
      "",
    ].join("\n"),
  );
}

async function nothingLeft(endpoints: LocalEndpoints): Promise<number> {
  const left = await leftBehind(new CloudClients(endpoints));
  const still = Object.entries(left).filter(([, names]) => names.length > 0);
  console.log(
    `Asked ${Object.keys(left).length} lists of the services: ${still.length === 0 ? "0 left" : "LEFT"}`,
  );
  still.forEach(([service, names]) => console.log(`    ${service}: ${names.map(String).join(", ")}`));
  return still.length === 0 ? 0 : 1;
}

main().then(
  (code) => process.exit(code),
  (error: Error) => {
    console.error(`proof:verify: ${error.stack}`);
    process.exit(1);
  },
);
