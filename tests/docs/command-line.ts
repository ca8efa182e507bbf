/** Asks the command line itself whether it would take a command that a page shows. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { Command } from "commander";
import { main } from "../../cli/main";
import { ROOT } from "../../local/paths";

/** The commands as `cli/main.ts` declares them; none is run. */
export function commandLine(): Command {
  const declared: Command[] = [];
  const parse = Command.prototype.parseAsync;
  Command.prototype.parseAsync = function (this: Command) {
    declared.push(this);
    return Promise.resolve(this);
  };
  try {
    main([]);
  } finally {
    Command.prototype.parseAsync = parse;
  }
  return declared[0]!;
}

/** What is wrong with `words` after `naru`; nothing when the command line takes them. */
export function problemOf(program: Command, words: readonly string[]): string | undefined {
  let command = program;
  let rest = [...words];
  for (;;) {
    const next = command.commands.find((each) => each.name() === rest[0]);
    if (next === undefined) break;
    [command, rest] = [next, rest.slice(1)];
  }
  if (command.commands.length > 0) return `${rest[0] ?? "nothing"} is no command of ${command.name()}`;
  const positional: string[] = [];
  const inputs: string[] = [];
  while (rest.length > 0) {
    const word = rest.shift()!;
    if (!word.startsWith("--")) {
      positional.push(word);
      continue;
    }
    const option = command.options.find(({ long }) => word === long);
    if (option === undefined) return `${command.name()} has no option ${word}`;
    if (!option.required) continue;
    const value = rest.shift();
    if (value === undefined) return `${command.name()} ${word} wants a value`;
    if (!WRITTEN.includes(word)) inputs.push(value);
  }
  return (
    arity(command, positional) ?? unknownWord(command, positional) ?? missing([...inputs, ...positional])
  );
}

/** Options whose file the command makes. */
const WRITTEN = ["--out", "--diagram", "--sarif", "--junit", "--markdown"];

function arity(command: Command, given: readonly string[]): string | undefined {
  const declared = command.registeredArguments;
  const wanted = declared.filter(({ required }) => required)[given.length];
  if (wanted !== undefined) return `${command.name()} wants <${wanted.name()}>`;
  const tooMany = given.length > declared.length && declared.at(-1)?.variadic !== true;
  return tooMany ? `${command.name()} takes no ${given.at(-1)}` : undefined;
}

/** Words in capitals or brackets stand for something: FILE, STACK, [PATH...]. */
const isPlaceholder = (word: string): boolean => /^[[<]?[A-Z]+\b/.test(word);

/** Stacks and suites are listed in their argument's own help. */
function unknownWord(command: Command, given: readonly string[]): string | undefined {
  const list = command.registeredArguments[0]?.description ?? "";
  if (!/^[\w, ]+ or \w+$/.test(list)) return undefined;
  const known = list.split(/, | or /);
  const unknown = given.find((word) => !isPlaceholder(word) && !known.includes(word));
  return unknown === undefined ? undefined : `${command.name()}: ${unknown} is not one of ${list}`;
}

function missing(files: readonly string[]): string | undefined {
  const shipped = files.filter((word) => /^(docs|contracts|samples)\//.test(word));
  const absent = shipped.find((word) => !existsSync(join(ROOT, word)));
  return absent === undefined ? undefined : `${absent} does not exist`;
}
