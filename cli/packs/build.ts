/**
 * `npm run build:policies`: the policy pack and each group of it as packs that Pulumi starts from a folder, compiled, so
 * that `npm pack ./policies` makes a package that needs nothing of this project.
 */
import { mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { build } from "esbuild";
import { stringify } from "yaml";
import { GROUPS } from "../../policies/serve";
import { version } from "../../policies/package.json";
import { ROOT } from "../../local/paths";
import { compilePolicies } from "../check";

/**
 * Writes `policies/dist`: `index.js`, the whole pack, `serve.js`, every rule, and a folder for each group.
 *
 * @returns the folders that are packs, the whole one first.
 */
export async function buildPacks(): Promise<string[]> {
  const whole = await compilePolicies();
  const dist = join(whole, "dist");
  const { outputFiles } = await build({
    entryPoints: [join(whole, "serve.ts")],
    bundle: true,
    write: false,
    platform: "node",
    target: "node20",
    format: "cjs",
    packages: "external",
    logLevel: "silent",
  });
  await writeWhole(join(dist, "serve.js"), outputFiles[0]!.contents);
  await writeWhole(join(dist, "LICENSE"), await readFile(join(ROOT, "LICENSE")));
  await removeOthers(dist);
  const groups: string[] = [];
  for (const group of GROUPS) groups.push(await writeGroup(join(dist, group), group));
  return [whole, ...groups];
}

/** Groups that there were once. */
async function removeOthers(dist: string): Promise<void> {
  const folders = (await readdir(dist, { withFileTypes: true })).filter((each) => each.isDirectory());
  for (const { name } of folders.filter(({ name }) => !GROUPS.includes(name))) {
    await rm(join(dist, name), { recursive: true });
  }
}

async function writeGroup(folder: string, group: string): Promise<string> {
  const description = `Naru's rules of ${group}, as a pack of their own.`;
  await mkdir(folder, { recursive: true });
  await writeWhole(join(folder, "index.js"), `require("../serve.js").serve(${JSON.stringify(group)});\n`);
  // The SDK takes the pack's version from here.
  const manifest = { name: `naru-${group}`, version, private: true, description, main: "index.js" };
  await writeWhole(join(folder, "package.json"), `${JSON.stringify(manifest, null, 2)}\n`);
  const project = {
    description,
    runtime: { name: "nodejs", options: { typescript: false } },
    main: "index.js",
  };
  await writeWhole(join(folder, "PulumiPolicy.yaml"), stringify(project));
  return folder;
}

/** Beside and renamed: a pack that starts at the same time never reads half a file. */
async function writeWhole(file: string, content: string | Uint8Array): Promise<void> {
  const unfinished = `${file}.${process.pid}`;
  await writeFile(unfinished, content);
  await rename(unfinished, file);
}

if (require.main === module) {
  void buildPacks().then((packs) => packs.forEach((pack) => console.log(pack)));
}
