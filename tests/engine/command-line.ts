/** Pulumi's CLI as a person at a shell has it: a copy of the project, a home, a backend and a passphrase of its own. */
import { spawn } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join, relative } from "node:path";
import { commandOf, type Engine } from "../../local/engine/binary";
import { ROOT } from "../../local/paths";
import { languageHostOn } from "../../local/proof/language-host";

/** Of the checkout, what no program of it reads, and what was built. */
const LEFT_OUT = [".git", ".naru", "bench", "node_modules", "tests", join("policies", "dist")];
const PLUGINS = join(ROOT, "local", "engine", "plugins");

export interface Ended {
  readonly code: number;
  readonly stdout: string;
  /** Both streams, as a person sees them, in the order in which they came. */
  readonly output: string;
}

export class CommandLine {
  /** Home, backend and projects; removed by {@link end}. */
  private readonly folder = mkdtempSync(join(tmpdir(), "naru-command-line-"));
  /** The copy of the project. */
  readonly project = join(this.folder, "naru");
  /** Which language host starts the program, for a report. */
  readonly host: string;
  private readonly environment: NodeJS.ProcessEnv;

  /** Nothing of the person's own Pulumi, and nothing of an account, is in its environment. */
  constructor(engine: Engine) {
    const path = process.env.PATH ?? "";
    const host = languageHostOn(path);
    this.host = host.told;
    const before = [
      PLUGINS,
      dirname(process.execPath),
      ...(engine.root === undefined ? [] : [dirname(commandOf(engine))]),
      ...host.before,
    ];
    this.environment = {
      ...{ PATH: [...before, path].join(delimiter), HOME: this.folder, LANG: "C.UTF-8", TERM: "dumb" },
      PULUMI_HOME: join(this.folder, "home"),
      PULUMI_CONFIG_PASSPHRASE: "a passphrase of the tests",
      PULUMI_SKIP_UPDATE_CHECK: "true",
      PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
    };
    mkdirSync(join(this.folder, "backend"));
    cpSync(ROOT, this.project, {
      recursive: true,
      filter: (from) => !LEFT_OUT.includes(relative(ROOT, from)),
    });
    symlinkSync(join(ROOT, "node_modules"), join(this.project, "node_modules"));
  }

  /** A folder, as `pulumi login` takes it. */
  get backend(): string {
    return `file://${join(this.folder, "backend")}`;
  }

  /** @param input what is piped in. @default nothing */
  pulumi(words: readonly string[], folder = this.project, input = ""): Promise<Ended> {
    return this.start("pulumi", [...words, "--non-interactive"], folder, input);
  }

  /** Lines as they stand, by a shell that stops at the first that fails. */
  shell(script: string, input = "", folder = this.project): Promise<Ended> {
    return this.start("sh", ["-euc", script], folder, input);
  }

  end(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  private start(command: string, words: readonly string[], cwd: string, input: string): Promise<Ended> {
    const child = spawn(command, words, { cwd, env: this.environment, stdio: ["pipe", "pipe", "pipe"] });
    let stdout = "";
    let output = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      stdout += text;
      output += text;
    });
    child.stderr.setEncoding("utf8").on("data", (text: string) => (output += text));
    child.stdin.end(input);
    return new Promise((resolve, reject) =>
      child.once("error", reject).once("close", (code) => resolve({ code: code ?? 1, stdout, output })),
    );
  }
}

/** @throws Error with all that it said, where it failed. */
export function succeeded(ended: Ended): Ended {
  if (ended.code !== 0) throw new Error(`it ended with ${ended.code}:\n${ended.output}`);
  return ended;
}
