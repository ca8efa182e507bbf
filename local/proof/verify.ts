/**
 * `npm run proof:verify`: every step of `naru verify aws`, from the first to the last, against the local cloud instead of an
 * account: the same command, the stack dev, Pulumi's own engine. Exit code 0 only when each step passes, and no service has
 * anything left.
 */
import { copyFileSync, mkdirSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { verifyAws } from "../../cli/verify";
import { CloudClients, endpointEnvironment, LOCAL_ROOT, type LocalEndpoints } from "../endpoints";
import { findEngine } from "../engine/binary";
import { LOCAL_ACCOUNT, startLocalCloud } from "../local-cloud";
import { PATHS, ROOT } from "../paths";
import { readStackConfig, recordProgram, regionOf } from "../recorder";
import { claimRun, releaseRun } from "../running";
import { EMULATED_TYPES } from "../provider";
import { checkJava, ensureJars, ensurePython } from "../toolchain";
import { handedBy, type Handed } from "./verify/handed";
import { leftBehind } from "./left-behind";

const STACK = "dev";
/** Waiting times of the stack's, as short as on the local stack; nothing else of dev is changed. */
const SHORTER = {
  "naru:deliveryBufferSeconds": "5",
  "naru:sparkPollSeconds": "1",
  "naru:sparkDropSeconds": "2",
};
/** An AWS of a person's own has no part in it. */
const OWN_AWS = ["AWS_PROFILE", "AWS_SESSION_TOKEN", "AWS_WEB_IDENTITY_TOKEN_FILE", "AWS_ROLE_ARN"];

async function main(): Promise<number> {
  mkdirSync(PATHS.own, { recursive: true });
  const say = (what: string) => console.log(`    ${what}`);
  await Promise.all([checkJava(), ensureJars(), ensurePython(say)]);
  const engine = await findEngine({ say });
  const { project, values } = readStackConfig(ROOT, STACK);
  await claimRun();
  const cloud = await startLocalCloud(regionOf(values));
  try {
    const folder = PATHS.engine;
    writeProject(folder, project);
    useLocalCloud({ engine, folder, endpoints: cloud.endpoints, config: SHORTER });
    tellDifferences(await recordedOnly());
    // Its progress lies beside the cloud that it tells of: one in an account of yours is another.
    const code = await verifyAws({ stack: STACK, yes: true, folder, ask: null });
    return code === 0 ? await nothingLeft(cloud.endpoints) : code;
  } finally {
    await cloud.stop();
    releaseRun();
  }
}

/** As a checkout has them, since Pulumi writes what its passphrase was salted with into the stack's file. */
function writeProject(folder: string, project: string): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  writeFileSync(
    join(folder, "Pulumi.yaml"),
    JSON.stringify({ name: project, runtime: "nodejs", main: ROOT }),
  );
  copyFileSync(join(ROOT, `Pulumi.${STACK}.yaml`), join(folder, `Pulumi.${STACK}.yaml`));
}

/** From here on this process, and all that it starts, has the local cloud for AWS. */
function useLocalCloud(handed: Handed): void {
  for (const name of OWN_AWS) delete process.env[name];
  Object.assign(process.env, endpointEnvironment(handed.endpoints), handedBy(handed), {
    AWS_ACCESS_KEY_ID: LOCAL_ROOT.accessKeyId,
    AWS_SECRET_ACCESS_KEY: LOCAL_ROOT.secretAccessKey,
    // As the command has it: the SDK would warn of Node 20 in the middle.
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true",
    PATH: [join(__dirname, "verify", "bin"), process.env.PATH].join(delimiter),
  });
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

function tellDifferences({ resources, planned }: { resources: number; planned: number }): void {
  console.log(
    [
      "What follows is `naru verify aws --yes`. From an account of yours it differs in this:",
      "  - AWS is the local cloud on 127.0.0.1, by AWS_ENDPOINT_URL and its likes; no request leaves this machine;",
      `  - the provider is Naru's own: of ${resources} resources ${planned} are recorded only, as their types have no engine here;`,
      "  - `pulumi up` goes through Pulumi's Automation API, as no language host is built here; its other commands are Pulumi's;",
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
