/** What a person's shell has for `naru verify aws` in the proof: Pulumi's own program, a project, and the local cloud for AWS. */
import { existsSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { delimiter, isAbsolute, join } from "node:path";
import { endpointEnvironment, LOCAL_ROOT, type LocalEndpoints } from "../../endpoints";
import { commandOf, type Engine } from "../../engine/binary";
import { engineEnvironment } from "../../engine/environment";
import { ROOT } from "../../paths";
import { readStackConfig } from "../../recorder";
import { languageHostOn, programOn } from "../language-host";

/** An AWS of a person's own has no part in it. */
const OWN_AWS = ["AWS_PROFILE", "AWS_SESSION_TOKEN", "AWS_WEB_IDENTITY_TOKEN_FILE", "AWS_ROLE_ARN"];

/**
 * A project beside the checkout, as Pulumi writes what its passphrase was salted with into the stack's file.
 * @param config settings over those of the stack's file.
 */
export function writeProject(folder: string, stack: string, config: Readonly<Record<string, string>>): void {
  const { project, values } = readStackConfig(ROOT, stack);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const files = {
    "Pulumi.yaml": { name: project, runtime: "nodejs", main: ROOT },
    [`Pulumi.${stack}.yaml`]: { config: { ...values, ...config } },
  };
  for (const [name, content] of Object.entries(files))
    writeFileSync(join(folder, name), JSON.stringify(content));
  const policies = join(folder, "policies");
  if (!existsSync(policies)) symlinkSync(join(ROOT, "policies"), policies);
}

/** From here on this process, and all that it starts, has them. @returns which language host starts the program. */
export function useLocalCloud(engine: Engine, folder: string, endpoints: LocalEndpoints): string {
  const path = process.env.PATH ?? "";
  const host = languageHostOn(path);
  const program = commandOf(engine);
  for (const name of OWN_AWS) delete process.env[name];
  const { PATH: withPlugins, ...environment } = engineEnvironment(folder, endpoints);
  for (const [name, value] of Object.entries(environment)) {
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  }
  Object.assign(process.env, endpointEnvironment(endpoints), {
    NARU_PROOF_ENGINE: isAbsolute(program) ? program : programOn(path, program),
    NARU_PROOF_FOLDER: folder,
    AWS_ACCESS_KEY_ID: LOCAL_ROOT.accessKeyId,
    AWS_SECRET_ACCESS_KEY: LOCAL_ROOT.secretAccessKey,
    // As the command has it: the SDK would warn of Node 20 in the middle.
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true",
    PATH: [join(__dirname, "bin"), ...host.before, withPlugins].join(delimiter),
  });
  return host.told;
}
