/** `naru down`: ends the local platform; `--purge` removes everything that Naru made on this machine. */
import { existsSync, rmSync } from "node:fs";
import { cacheFolder } from "../local/engine/binary";
import { PATHS } from "../local/paths";
import { endRun } from "../local/running";

export async function down({ purge = false }: { purge?: boolean }): Promise<number> {
  const ended = await endRun();
  console.log(ended ? "The local platform has ended." : "No local platform is running.");
  if (purge) {
    for (const made of [PATHS.own, PATHS.compiledPolicies]) rmSync(made, { recursive: true, force: true });
    console.log(
      "Removed .naru: data, state, logs, reports and installed tools. node_modules stays; npm ci made it.",
    );
    const engines = cacheFolder();
    // Other checkouts use it too, and it takes minutes to build.
    if (existsSync(engines))
      console.log(`Pulumi's engine stays in ${engines}, for other checkouts: rm -r '${engines}'`);
  }
  return 0;
}
