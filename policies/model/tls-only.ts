/** Whether policies of a resource refuse requests without TLS. */
import { concernsAction, deniesUnknown, type PolicyDocument, type Statement } from "./policy-document";
import { strongest, type Verdict } from "./verdict";

/** Resources are not compared: a policy of a resource may name no other. */
export function refuseClear(documents: readonly PolicyDocument[], actions: readonly string[]): Verdict {
  return strongest(
    documents.map((document): Verdict => {
      if (document.state === "unknown") return "unknown";
      if (document.state !== "known") return "no";
      if (document.statements.some((statement) => deniesClear(statement, actions))) return "yes";
      return document.statements.some(deniesUnknown) ? "unknown" : "no";
    }),
  );
}

function deniesClear(statement: Statement, actions: readonly string[]): boolean {
  const [condition, ...others] = statement.conditions;
  return (
    statement.effect === "Deny" &&
    statement.principals.includes("*") &&
    actions.every((action) => concernsAction(statement, action)) &&
    others.length === 0 &&
    condition !== undefined &&
    condition.operator.toLowerCase() === "bool" &&
    condition.key.toLowerCase() === "aws:securetransport" &&
    condition.values.includes("false")
  );
}
