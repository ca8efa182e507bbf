/** `npm run bundle`: one archive with all that the commands of a closed network need, for a machine without a registry. */
import { rename, rm, writeFile } from "node:fs/promises";
import { resolve } from "node:path";
import { Command } from "commander";
import { version } from "../../package.json";
import { type Output, processOutput } from "../contract/output";
import { tarGz, zip } from "./archive";
import { BundleError } from "./bundle-error";
import { sha256 } from "./checksums";
import { contentOf, type NodeChoice, type Part } from "./content";
import { PLATFORM_NAMES, type Platform, platformOf } from "./platforms";

/** As the command line gives them. */
export interface BundleOptions {
  /** @default this machine's */
  readonly platform?: string;
  /** File of the archive. @default `naru-<version>-<platform>.tar.gz` (`.zip` for Windows) in the current folder */
  readonly out?: string;
  /** A program to take as Node.js, or false for none. @default the pinned package of the registry */
  readonly node?: string | boolean;
  readonly output?: Output;
}

/** Exit code: 0 made, 1 not made; an archive that stood there before is then as it was. */
export async function bundle(options: BundleOptions): Promise<number> {
  const { output = processOutput } = options;
  try {
    const platform = platformOf(options.platform);
    const name = `naru-${version}-${platform.name}`;
    const file = resolve(options.out ?? `${name}.${platform.form}`);
    const { files, parts } = await contentOf(platform, nodeChoice(options.node));
    const archive = (platform.form === "zip" ? zip : tarGz)(name, files);
    await writeWhole(file, archive);
    for (const line of told(file, name, platform, archive, parts)) output.out(line);
    return 0;
  } catch (error) {
    if (!(error instanceof BundleError)) throw error;
    output.err(`bundle: ${error.message}`);
    return 1;
  }
}

function nodeChoice(node: string | boolean = true): NodeChoice {
  if (typeof node === "string") return { file: resolve(node) };
  return node ? "package" : "none";
}

/** Under its name only when it is complete. */
async function writeWhole(file: string, bytes: Uint8Array): Promise<void> {
  const unfinished = `${file}.${process.pid}`;
  try {
    await writeFile(unfinished, bytes);
    await rename(unfinished, file);
  } catch (error) {
    await rm(unfinished, { force: true });
    const { code } = error as NodeJS.ErrnoException;
    throw new BundleError(
      file,
      `can't be written (${code})`,
      "name a file in a folder that you may write, with --out",
    );
  }
}

function told(
  file: string,
  name: string,
  { form, script }: Platform,
  archive: Uint8Array,
  parts: readonly Part[],
) {
  const megabytes = (bytes: number) => `${(bytes / 1e6).toFixed(1).padStart(7)} MB`;
  const [unpack, run] =
    form === "zip" ? [`Expand-Archive FILE .`, `${name}\\${script}`] : ["tar -xzf FILE", `${name}/${script}`];
  return [
    ...parts.map(({ what, bytes }) => `${megabytes(bytes)}  ${what}`),
    `${megabytes(archive.length)}  ${file}`,
    `SHA-256 ${sha256(archive)}`,
    "",
    "Take the SHA-256 across by another way than the archive, and compare it there before anything else:",
    form === "zip" ? "  certutil -hashfile FILE SHA256" : "  sha256sum FILE",
    `  ${unpack}`,
    `  ${run} verify`,
    `  ${run} --help`,
  ];
}

/** The command line of `npm run bundle`. */
export function main(argv: readonly string[]): void {
  new Command("npm run bundle --")
    .description("the shipper, keys and contracts in one archive, for a closed network without a registry")
    .option("--platform <name>", `${PLATFORM_NAMES.join(", ")}; without it, this machine's`)
    .option("--out <file>", "the archive; without it, naru-VERSION-PLATFORM.tar.gz (.zip for Windows) here")
    .option("--node <file>", "Node.js of that platform; without it, the pinned package of the registry")
    .option("--without-node", "leave Node.js out: the other side has 20.19 or newer")
    .action(async ({ withoutNode, ...options }: BundleOptions & { withoutNode?: boolean }) => {
      process.exitCode = await bundle({ ...options, ...(withoutNode === true ? { node: false } : {}) });
    })
    .parseAsync([...argv])
    .catch((error: Error) => {
      console.error(process.env.NARU_DEBUG === undefined ? `bundle: ${error.message}` : error);
      process.exitCode = 1;
    });
}

if (require.main === module) main(process.argv);
