/** `naru check STACK...`: records the plan of each stack and runs the policy packs over it. */
import { ROOT } from "../../local/paths";
import { recordProgram } from "../../local/recorder";
import { checkStack, EXIT_CODES, readCheckConfiguration } from ".";
import { defaultProvider } from "./default-provider";

export async function check(stacks: readonly string[], { json }: { json?: boolean }): Promise<number> {
  const codes: number[] = [];
  for (const stack of stacks) {
    const { project, region, resources } = await recordProgram({ root: ROOT, stack });
    const plan = [defaultProvider(project, stack, region), ...resources];
    const config = readCheckConfiguration(ROOT, stack);
    const { exitCode } = await checkStack(plan, { project, stack, config, preview: true, json });
    codes.push(exitCode);
  }
  return Math.max(EXIT_CODES.passed, ...codes);
}
