/** The local cloud: the emulator, and Naru's own services for what it lacks. Everything listens on 127.0.0.1 only. */
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { endpointEnvironment, LOCAL_ROOT, type LocalEndpoints } from "./endpoints";
import { PATHS, ROOT } from "./paths";
import { freePort } from "./ports";
import { startService, type ServiceProcess } from "./process";
import { PYTHON } from "./toolchain";

/** The emulator's account; it exists nowhere else. */
export const LOCAL_ACCOUNT = "000000000000";
const EMULATOR_PORT = 4566;
const SERVICES_PORT = 4567;
/** It writes its state when it ends, streams with all their records among it; cut short, all of that is lost. */
const EMULATOR_GRACE_MS = 60_000;

export interface LocalCloud {
  readonly endpoints: LocalEndpoints;
  /** In the order in which they end; a provider adds servers that resources ask for. */
  readonly processes: ServiceProcess[];
  /**
   * Ends one of its own two and starts it again with what it kept, as a fault does.
   * @param how of the emulator `stop` only: killed, it loses what its streams hold.
   * @param between what is done while it is away.
   */
  restart(which: "emulator" | "services", how: "stop" | "kill", between: () => Promise<void>): Promise<void>;
  stop(): Promise<void>;
}

export interface LocalCloudOptions {
  /** Also a Kafka broker; its first start fetches 38 MB. @default false */
  readonly kafka?: boolean;
  /** Told what takes long. @default nobody is told */
  readonly say?: (what: string) => void;
}

/**
 * Starts an empty local cloud; what an earlier one left in `.naru/cloud` is removed.
 * @throws Error with the log's end when a service does not come up.
 */
export async function startLocalCloud(
  region: string,
  { kafka = false, say }: LocalCloudOptions = {},
): Promise<LocalCloud> {
  rmSync(PATHS.cloud, { recursive: true, force: true });
  const folders = Object.fromEntries(FOLDERS.map((name) => [name, join(PATHS.cloud, name)])) as Folders;
  Object.values(folders).forEach((folder) => mkdirSync(folder, { recursive: true, mode: 0o700 }));
  const emulatorPort = await freePort(EMULATOR_PORT);
  const servicesPort = await freePort(SERVICES_PORT);
  const broker = kafka ? await startBroker(say) : undefined;
  const endpoints: LocalEndpoints = {
    emulator: `http://127.0.0.1:${emulatorPort}`,
    services: `http://127.0.0.1:${servicesPort}`,
    ...(broker !== undefined && { kafka: broker.bootstrap }),
    region,
    accountId: LOCAL_ACCOUNT,
  };
  // Ended in the reverse order in which they start: who reads before who is read.
  const processes: ServiceProcess[] = broker === undefined ? [] : [broker.service];
  try {
    processes.unshift(await startEmulator(endpoints, emulatorPort, folders));
    processes.unshift(await startOwnServices(endpoints, servicesPort, folders));
    writeFileSync(PATHS.endpoints, JSON.stringify(endpoints));
    return {
      endpoints,
      processes,
      stop: async () => {
        rmSync(PATHS.endpoints, { force: true });
        for (const process of processes) await process.stop();
      },
      restart: async (which, how, between) => {
        const at = processes.findIndex(({ name }) => name === which);
        await processes[at]![how]();
        await between();
        processes[at] =
          which === "emulator"
            ? await startEmulator(endpoints, emulatorPort, folders)
            : await startOwnServices(endpoints, servicesPort, folders);
      },
    };
  } catch (error) {
    for (const process of processes) await process.stop();
    throw error;
  }
}

/**
 * Endpoints of the local cloud that is up, for another command to speak to it.
 * @throws Error when none is up.
 */
export function runningEndpoints(): LocalEndpoints {
  if (!existsSync(PATHS.endpoints)) throw new Error("The local platform is not up. Start it: npm start");
  return JSON.parse(readFileSync(PATHS.endpoints, "utf8")) as LocalEndpoints;
}

/** Kafka's client and broker are loaded by those who ask for them: the others' start is no slower. */
async function startBroker(
  say?: (what: string) => void,
): Promise<{ bootstrap: string; service: ServiceProcess }> {
  const { startKafka } = require("./kafka") as typeof import("./kafka");
  const broker = await startKafka({ folder: join(PATHS.cloud, "kafka"), say });
  return { bootstrap: broker.bootstrap, service: { name: "kafka", ...broker } };
}

const FOLDERS = ["state", "s3", "tmp", "services", "logs"] as const;
type Folders = Readonly<Record<(typeof FOLDERS)[number], string>>;

/** Environment of a process that acts as the local root. */
const AS_ROOT = {
  AWS_ACCESS_KEY_ID: LOCAL_ROOT.accessKeyId,
  AWS_SECRET_ACCESS_KEY: LOCAL_ROOT.secretAccessKey,
};

/** Where Naru's own package is, and the file in which both tell what roles did with their rights. */
const OWN_PACKAGE = {
  PYTHONPATH: join(ROOT, "local", "cloud"),
  PYTHONDONTWRITEBYTECODE: "1",
  NARU_RIGHTS: PATHS.rights,
};

/** What every service needs of this process' environment; nothing else leaks in. */
function baseEnvironment(folders: Folders): Record<string, string> {
  const inherited = ["PATH", "HOME", "JAVA_HOME", "LANG", "LC_ALL"].flatMap((name) => {
    const value = process.env[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  return { ...Object.fromEntries(inherited), TMPDIR: folders.tmp, PYTHONUNBUFFERED: "1" };
}

function startEmulator(endpoints: LocalEndpoints, port: number, folders: Folders): Promise<ServiceProcess> {
  return startService({
    name: "emulator",
    command: PYTHON,
    arguments: ["-m", "naru_cloud.emulator"],
    folder: PATHS.cloud,
    log: join(folders.logs, "emulator.log"),
    environment: {
      ...baseEnvironment(folders),
      BIND_HOST: "127.0.0.1",
      GATEWAY_PORT: String(port),
      // These two would listen on every address.
      IOT_MTLS_ENABLED: "0",
      SFTP_ENABLED: "0",
      // IAM is enforced: what a role lacks is refused, as on AWS.
      AUTH: "true",
      MINISTACK_REGION: endpoints.region,
      MINISTACK_ACCOUNT_ID: endpoints.accountId,
      MINISTACK_HOST: "127.0.0.1",
      STATE_DIR: folders.state,
      S3_DATA_DIR: folders.s3,
      PERSIST_STATE: "1",
      S3_PERSIST: "1",
      AWS_ENDPOINT_URL: endpoints.emulator,
      ...AS_ROOT,
      AWS_DEFAULT_REGION: endpoints.region,
      ...OWN_PACKAGE,
    },
    isUp: async () => (await fetch(`${endpoints.emulator}/_ministack/health`)).ok,
    graceMs: EMULATOR_GRACE_MS,
  });
}

function startOwnServices(
  endpoints: LocalEndpoints,
  port: number,
  folders: Folders,
): Promise<ServiceProcess> {
  return startService({
    name: "services",
    command: PYTHON,
    arguments: [
      ...["-m", "naru_cloud", "--port", String(port), "--emulator", endpoints.emulator],
      ...["--region", endpoints.region, "--account", endpoints.accountId],
      ...["--workdir", folders.services, "--jars", PATHS.jars],
      ...(endpoints.kafka === undefined ? [] : ["--kafka", endpoints.kafka]),
    ],
    folder: PATHS.cloud,
    log: join(folders.logs, "services.log"),
    environment: {
      ...baseEnvironment(folders),
      ...endpointEnvironment(endpoints),
      ...AS_ROOT,
      ...OWN_PACKAGE,
    },
    isUp: async () => (await fetch(`${endpoints.services}/_naru/health`)).ok,
  });
}
