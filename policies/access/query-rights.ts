/** Who may run queries in a workgroup of the stack, as far as a preview knows. */
import { concernsAction, covers, type Entry, type Statement } from "../model/policy-document";
import { knownString, UNKNOWN } from "../model/reading";
import { documentsOf } from "../model/role-documents";
import type { Stack, StackResource } from "../model/stack";
import { WORKGROUP } from "../model/types";
import { strongest, type Verdict } from "../model/verdict";

/** By the stack's own policies; those of AWS that allow it too are refused by `iam-managed-policies`. */
export function mayQuery(stack: Stack, role: StackResource, workgroup: StackResource): Verdict {
  return strongest(
    documentsOf(stack, role).flatMap(({ document, owner, property }): Verdict[] => {
      const sources = stack.sources(owner, property, WORKGROUP);
      // A hole that comes from other workgroups only means one of those.
      const hole = sources.length === 0 || sources.includes(workgroup) ? "unknown" : "no";
      if (document.state === "unknown") return [hole];
      if (document.state !== "known") return [];
      return queriesIn(document.statements).map((statement) => reaches(statement, workgroup, hole));
    }),
  );
}

/** By the list of statements: each workgroup asks for the same ones. */
const known = new WeakMap<readonly Statement[], readonly Statement[]>();

function queriesIn(statements: readonly Statement[]): readonly Statement[] {
  const queries =
    known.get(statements) ??
    statements
      .filter((statement) => statement.effect !== "Deny")
      .filter((statement) => concernsAction(statement, "athena:StartQueryExecution"));
  known.set(statements, queries);
  return queries;
}

function reaches(statement: Statement, workgroup: StackResource, hole: Verdict): Verdict {
  const name = knownString(workgroup.props, ["name"]);
  const spared = statement.notResources.map((entry) => names(entry, name, hole));
  if (spared.includes("yes")) return "no";
  if (spared.length > 0) return spared.includes("unknown") ? "unknown" : "yes";
  return strongest(statement.resources.map((entry) => names(entry, name, hole)));
}

function names(pattern: Entry, name: string | undefined, hole: Verdict): Verdict {
  if (pattern === UNKNOWN) return hole;
  if (pattern === "*") return "yes";
  const [, , service = "", , , ...rest] = pattern.split(":");
  if (!covers(service, "athena")) return "no";
  if (name === undefined) return rest.join(":").startsWith("workgroup/") ? "unknown" : "no";
  return covers(rest.join(":"), `workgroup/${name}`) ? "yes" : "no";
}
