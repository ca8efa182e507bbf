/** How Pulumi's own runner is started: the request of the engine as arguments and environment. */
import type pb from "@pulumi/pulumi/proto/language_pb";

export interface Invocation {
  readonly arguments: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
}

/** Of a program. Arguments and variables as Pulumi's host gives them; of its options only what `Pulumi.yaml` may say. */
export function invocationOf(request: pb.RunRequest, engineAddress: string): Invocation {
  const info = request.getInfo()!;
  const named = {
    monitor: request.getMonitorAddress(),
    engine: engineAddress,
    organization: request.getOrganization(),
    project: request.getProject(),
    stack: request.getStack(),
    pwd: info.getProgramDirectory(),
    parallel: String(request.getParallel()),
  };
  const given = Object.entries(named).filter(([, value]) => value !== "");
  const { typescript = true, tsconfig } = optionsOf(info);
  return {
    arguments: [
      ...given.flatMap(([name, value]) => [`--${name}`, value]),
      ...(request.getDryrun() ? ["--dry-run"] : []),
      info.getEntryPoint(),
      ...request.getArgsList(),
    ],
    environment: {
      PULUMI_CONFIG: JSON.stringify(Object.fromEntries(configurationOf(request))),
      PULUMI_CONFIG_SECRET_KEYS: JSON.stringify(request.getConfigsecretkeysList()),
      ...(typescript && { PULUMI_NODEJS_TYPESCRIPT: "true" }),
      ...(tsconfig !== undefined && { PULUMI_NODEJS_TSCONFIG_PATH: tsconfig }),
    },
  };
}

/** Node.js's own options, of `Pulumi.yaml`. */
export function runnerOptions(info: pb.ProgramInfo): string[] {
  return optionsOf(info).nodeargs?.split(/\s+/) ?? [];
}

interface Options {
  readonly typescript?: boolean;
  readonly tsconfig?: string;
  readonly nodeargs?: string;
}

function optionsOf(info: pb.ProgramInfo): Options {
  return (info.getOptions()?.toJavaScript() ?? {}) as Options;
}

function configurationOf(request: pb.RunRequest): [string, string][] {
  const configuration: [string, string][] = [];
  request.getConfigMap().forEach((value, key) => configuration.push([longKey(key), value]));
  return configuration;
}

/** `naru:stage` is `naru:config:stage`, as older programs know it. */
function longKey(key: string): string {
  const [namespace, ...name] = key.split(":");
  return `${namespace}:config:${name.join(":")}`;
}
