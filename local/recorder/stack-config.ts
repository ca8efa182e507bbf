/** Reads a stack's configuration file as the engine would hand it to the program. */
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";

export interface StackConfig {
  readonly project: string;
  readonly stack: string;
  /** `namespace:key` to its text; lists and maps are JSON. */
  readonly values: Readonly<Record<string, string>>;
}

/** @throws Error naming the stacks there are, when there is no such file. */
export function readStackConfig(root: string, stack: string): StackConfig {
  const { name: project } = parse(readFileSync(join(root, "Pulumi.yaml"), "utf8")) as { name: string };
  const file = `Pulumi.${stack}.yaml`;
  if (!existsSync(join(root, file))) {
    throw new Error(`There is no stack "${stack}" (no ${file}). Stacks: ${stacks(root).join(", ")}.`);
  }
  const { config } = (parse(readFileSync(join(root, file), "utf8")) ?? {}) as {
    config?: Record<string, unknown>;
  };
  const entries = Object.entries(config ?? {}).filter(([key, value]) => !isProvidersSecret(key, value));
  const values = entries.map(([key, value]) => [key, text(file, key, value)]);
  return { project, stack, values: Object.fromEntries(values) };
}

/** Region that a configuration names. @default "ap-northeast-2" */
export function regionOf(values: StackConfig["values"]): string {
  return values["aws:region"] ?? "ap-northeast-2";
}

function stacks(root: string): string[] {
  return readdirSync(root).flatMap((file) => /^Pulumi\.(.+)\.yaml$/.exec(file)?.[1] ?? []);
}

/** A secret of the AWS provider, such as `aws:secretKey`, which no plan needs. */
function isProvidersSecret(key: string, value: unknown): boolean {
  return typeof value === "object" && value !== null && "secure" in value && key.startsWith("aws:");
}

function text(file: string, key: string, value: unknown): string {
  if (!key.includes(":")) {
    throw new Error(`${file}: ${key} has no namespace. Write naru:${key}, if it is a setting of Naru's.`);
  }
  if (typeof value === "object" && value !== null) {
    if ("secure" in value) {
      throw new Error(
        `${file}: ${key} is encrypted, which offline can't be read. No setting of Naru's is a secret: write it in clear. ` +
          `Fix: pulumi config set ${key} VALUE`,
      );
    }
    return JSON.stringify(value);
  }
  // A key without a value is empty, not the word null.
  return String(value ?? "");
}
