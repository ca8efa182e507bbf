/**
 * The `pulumi` that `naru verify aws` meets in the proof. Each command goes to Pulumi's own program as it was given, in the
 * folder of the proof's state. `up` alone is done by the Automation API, which drives the same program: the language host
 * that `pulumi up` starts is not part of what Naru builds.
 */
import { spawnSync } from "node:child_process";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { commandOf } from "../../engine/binary";
import { engineEnvironment, homeIn } from "../../engine/environment";
import { EngineStack } from "../../engine/workspace";
import { handed, without } from "./handed";

/** As `pulumi` says it. */
const FAILED = 255;

async function main(words: readonly string[]): Promise<number> {
  const { engine, folder, endpoints } = handed();
  // The person's own pulumi is found on the PATH behind this one.
  process.env.PATH = without(join(__dirname, "bin"), process.env.PATH);
  if (words[0] === "up") return up(words.slice(1));
  const { status } = spawnSync(commandOf(engine), words, {
    cwd: folder,
    env: { ...process.env, ...engineEnvironment(folder, endpoints), PULUMI_HOME: homeIn(folder) },
    stdio: "inherit",
  });
  return status ?? FAILED;
}

async function up(words: readonly string[]): Promise<number> {
  // Strict: an option that it does not know ends it.
  const { values } = parseArgs({
    args: [...words],
    options: {
      stack: { type: "string" },
      message: { type: "string" },
      "policy-pack": { type: "string", multiple: true, default: [] },
      "expect-no-changes": { type: "boolean", default: false },
      ...{
        yes: { type: "boolean" },
        "non-interactive": { type: "boolean" },
      },
    },
  });
  const { engine, folder, endpoints, config } = handed();
  const packs = values["policy-pack"].map((pack) => ({ folder: resolve(pack) }));
  const stack = await EngineStack.open({
    engine,
    stack: values.stack!,
    folder,
    endpoints,
    config,
    packs,
    message: values.message,
  });
  const { changes, rules } = await stack.up();
  const told = Object.entries(changes).map(([what, count]) => `${count} ${what}`);
  console.error(`    ${told.join(", ")}; ${rules.size} rules judged`);
  if (!values["expect-no-changes"] || Object.keys(changes).every((what) => what === "same")) return 0;
  console.error("error: no changes were expected but changes occurred");
  return FAILED;
}

main(process.argv.slice(2)).then(
  (code) => process.exit(code),
  (error: Error) => {
    console.error(`error: ${error.message}`);
    process.exit(FAILED);
  },
);
