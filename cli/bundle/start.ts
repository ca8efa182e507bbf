/**
 * The `naru` of the offline archive: the commands of `cli/main.ts` that need nothing but the archive, and `verify`. The
 * archive has the checkout's folders, so all code finds its files where it does there.
 */
import { join } from "node:path";
import { engines, version } from "../../package.json";
import { processOutput } from "../contract/output";
import { main } from "../main";
import { plural } from "../plural";
import { verifyFolder } from "./checksums";

const FOLDER = join(__dirname, "..", "..");

interface Offered {
  readonly what: string;
  /** Its commands that are here; without it, it has none. The others want a checkout. */
  readonly commands?: readonly string[];
}

/** What of `cli/main.ts` is here; `assets.ts` brings the code. */
const COMMANDS: Readonly<Record<string, Offered>> = {
  key: {
    what: "makes and checks pseudonym keys in files: naru key new FILE, naru key check FILE",
    commands: ["new", "check"],
  },
  ship: { what: "turns files and tables into pseudonymised Parquet: naru ship --help" },
  contract: {
    what: "checks and proposes data contracts: naru contract lint, naru contract from-csv FILE",
    commands: ["lint", "from-csv"],
  },
};

const HELP = [
  `naru ${version}, offline archive`,
  "",
  ...Object.entries(COMMANDS).map(([name, { what }]) => `  ${name.padEnd(10)}${what}`),
  `  ${"verify".padEnd(10)}compares this folder with its checksums`,
];

/** Exit codes: 0 done, 1 failed or not what was packed, 2 wrong use. */
async function start(words: readonly string[]): Promise<void> {
  const [command] = words;
  if (command === undefined || command === "help" || command === "--help" || command === "-h") {
    for (const line of HELP) processOutput.out(line);
  } else if (command === "verify") {
    process.exitCode = await verify();
  } else if (isHere(words)) {
    main(process.argv);
  } else {
    processOutput.err(`naru ${words.slice(0, 2).join(" ")} is not in the offline archive, which has:`);
    for (const line of HELP.slice(2)) processOutput.err(line);
    process.exitCode = 2;
  }
}

function isHere([command, sub = "help"]: readonly string[]): boolean {
  if (command === "--version" || command === "-V") return true;
  if (!Object.hasOwn(COMMANDS, command)) return false;
  const { commands } = COMMANDS[command];
  return commands === undefined || sub === "help" || sub.startsWith("-") || commands.includes(sub);
}

async function verify(): Promise<number> {
  const { files, changed, missing, added } = await verifyFolder(FOLDER);
  const faults = [
    ...changed.map((path) => `${path}: changed`),
    ...missing.map((path) => `${path}: missing`),
    ...added.map((path) => `${path}: not of the archive`),
  ];
  if (faults.length === 0) {
    processOutput.out(`${plural(files, "file")} as they were packed`);
    return 0;
  }
  for (const fault of faults) processOutput.err(fault);
  processOutput.err(
    "This folder is not what was packed: unpack the archive again, and compare its SHA-256 first.",
  );
  return 1;
}

/** The archive may come without Node.js; what the machine has may be too old to say why it fails. */
function refuseOldNode(): void {
  const wanted = engines.node.replace(/^>=/, "").split(".").map(Number);
  const found = process.versions.node.split(".").map(Number);
  const older = found[0] < wanted[0] || (found[0] === wanted[0] && found[1] < wanted[1]);
  if (!older) return;
  processOutput.err(
    `naru: this is Node.js ${process.versions.node}, and ${engines.node} is needed; take the archive that has Node.js in it`,
  );
  process.exit(1);
}

// Until January 2027 the AWS SDK only warns of Node 20; the warning would stand in every command's output.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= "true";
refuseOldNode();
start(process.argv.slice(2)).catch((error: Error) => {
  processOutput.err(`naru: ${error.message}`);
  process.exitCode = 1;
});
