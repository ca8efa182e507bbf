import { checkJava, ensureJars, ensurePython, pythonIsReady } from "../../../local/toolchain";
import { ROOT } from "../../../local/paths";
import { recordProgram } from "../../../local/recorder";
import { compilePolicies, formatReport, runPack } from "../../check";
import { addedConfig } from "../local-config";
import type { Step } from "../run";

/** Everything that `npm ci` did not install. */
export const installTools: Step = {
  title: "Tools: Python environment, Spark's jars, Java",
  run: async (_run, { say, note }) => {
    const first = !pythonIsReady();
    await Promise.all([checkJava(), ensureJars(), ensurePython(say)]);
    note(first ? "installed into .naru (once; 850 MB)" : "already installed");
  },
};

/** The policies see the plan before anything is made, as they would in a pull request. */
export const checkPolicies: Step = {
  title: "Plan and policy packs",
  run: async (run, { say, note }) => {
    say("recording the plan");
    const [plan, pack] = await Promise.all([
      recordProgram({ root: ROOT, stack: "local", config: addedConfig(run) }),
      compilePolicies(),
    ]);
    say("running the packs");
    const result = await runPack(pack, plan.resources, {
      project: plan.project,
      stack: plan.stack,
      preview: true,
    });
    run.report.policies = {
      rules: result.pack.rules,
      resources: result.resources,
      violations: result.violations.length,
    };
    if (!result.ok)
      throw new Error(`The policy packs refuse the plan; nothing was created.\n${formatReport(result)}`);
    note(`${result.resources} resources against ${result.pack.rules} rules: no violation`);
  },
};
