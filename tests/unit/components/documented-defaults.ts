/** Reads `@default` tags out of sources, so that tests can hold them against what the code does. */
import { readFileSync } from "node:fs";
import ts from "typescript";

export interface DocumentedMember {
  /** `StreamIngestArgs.capacity`, or the setting's name. */
  readonly name: string;
  readonly optional: boolean;
  /** Text behind `@default`; undefined without the tag. */
  readonly text: string | undefined;
}

/** Members of every exported interface whose name ends in `Args`. */
export function documentedArguments(file: string): DocumentedMember[] {
  const found: DocumentedMember[] = [];
  parse(file).forEachChild((node) => {
    if (!ts.isInterfaceDeclaration(node) || !node.name.text.endsWith("Args")) return;
    for (const member of node.members.filter(ts.isPropertySignature)) {
      const name = `${node.name.text}.${member.name.getText()}`;
      found.push({ name, optional: member.questionToken !== undefined, text: defaultOf(member) });
    }
  });
  return found;
}

/** Properties of the object that stands in `const <variable> = call({ … })`. */
export function documentedProperties(file: string, variable: string): DocumentedMember[] {
  const found: DocumentedMember[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isVariableDeclaration(node) && node.name.getText() === variable) {
      const [object] = (node.initializer as ts.CallExpression).arguments;
      for (const property of (object as ts.ObjectLiteralExpression).properties) {
        const optional = property.getText().includes(".optional()");
        found.push({ name: property.name!.getText(), optional, text: defaultOf(property) });
      }
    }
    node.forEachChild(visit);
  };
  visit(parse(file));
  return found;
}

function parse(file: string): ts.SourceFile {
  return ts.createSourceFile(file, readFileSync(file, "utf8"), ts.ScriptTarget.ES2022, true);
}

function defaultOf(node: ts.Node): string | undefined {
  const tag = ts.getJSDocTags(node).find(({ tagName }) => tagName.text === "default");
  return tag === undefined ? undefined : ts.getTextOfJSDocComment(tag.comment)?.trim();
}
