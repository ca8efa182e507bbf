/** As much of Athena's SQL as a rule about output formats needs: where data is written, and with which properties. */

/** A statement that writes files, with its WITH properties; keys in lower case, values without quotes. */
export interface WritingStatement {
  readonly kind: "CREATE TABLE AS" | "UNLOAD";
  readonly properties: ReadonlyMap<string, string>;
}

/** Finds each CTAS and UNLOAD of a script. Comments and string literals can't hide or fake one. */
export function writingStatements(script: string): WritingStatement[] {
  return split(tokens(script)).flatMap((statement): WritingStatement[] => {
    const words = statement.map((token) => token.toLowerCase());
    if (words[0] === "unload")
      return [{ kind: "UNLOAD", properties: withProperties(statement, lastWith(words)) }];
    if (words[0] !== "create" || words[1] !== "table") return [];
    const as = topLevel(words).find((index) => words[index] === "as");
    if (as === undefined) return [];
    const at = words.slice(0, as).indexOf("with");
    return [{ kind: "CREATE TABLE AS", properties: withProperties(statement, at) }];
  });
}

/** String literals, quoted names, words and single marks; comments are left out. */
function tokens(script: string): string[] {
  const pattern = /--[^\n]*|\/\*[\s\S]*?\*\/|'(?:[^']|'')*'|"(?:[^"]|"")*"|`[^`]*`|[\p{L}\p{N}_$.]+|[^\s]/gu;
  return (script.match(pattern) ?? []).filter((token) => !token.startsWith("--") && !token.startsWith("/*"));
}

function split(all: readonly string[]): string[][] {
  const statements: string[][] = [[]];
  for (const token of all) {
    if (token === ";") statements.push([]);
    else statements[statements.length - 1].push(token);
  }
  return statements.filter((statement) => statement.length > 0);
}

/** Indices of the tokens outside all parentheses. */
function topLevel(words: readonly string[]): number[] {
  let depth = 0;
  return words.flatMap((word, index) => {
    if (word === "(") depth += 1;
    if (word === ")") depth -= 1;
    return depth === 0 && word !== ")" ? [index] : [];
  });
}

/** UNLOAD's properties come last, after the query in parentheses, which may have a WITH of its own. */
function lastWith(words: readonly string[]): number {
  return (
    topLevel(words)
      .filter((index) => words[index] === "with")
      .pop() ?? -1
  );
}

/** The `key = 'value'` pairs of the parenthesis behind WITH. */
function withProperties(statement: readonly string[], at: number): Map<string, string> {
  const properties = new Map<string, string>();
  if (at < 0) return properties;
  let depth = 0;
  for (let index = at + 1; index < statement.length; index += 1) {
    if (statement[index] === "(") depth += 1;
    if (statement[index] === ")") depth -= 1;
    if (depth === 0) break;
    const value = statement[index + 2];
    if (depth === 1 && statement[index + 1] === "=" && value !== undefined) {
      properties.set(unquoted(statement[index]).toLowerCase(), unquoted(value));
    }
  }
  return properties;
}

function unquoted(token: string): string {
  return token.replace(/^(['"`])([\s\S]*)\1$/, "$2");
}
