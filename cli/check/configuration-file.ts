import { existsSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { parseDocument } from "yaml";
import { CheckConfigurationError, type CheckConfiguration } from "./check-configuration";

/**
 * The configuration of a stack's check: `policies/<stack>.yaml` of the project, where there is one. Its content is
 * judged by `runPack`, which knows the rules that it names.
 *
 * @returns an empty configuration when the stack has no file.
 * @throws CheckConfigurationError with file and line when the file is no YAML.
 */
export function readCheckConfiguration(root: string, stack: string): CheckConfiguration {
  const file = join(root, "policies", `${stack}.yaml`);
  if (!existsSync(file)) return {};
  const document = parseDocument(readFileSync(file, "utf8"));
  if (document.errors.length > 0) {
    throw new CheckConfigurationError(
      document.errors.map((each) => `${relative(root, file)}: ${each.message}`),
    );
  }
  return (document.toJS() ?? {}) as CheckConfiguration;
}
