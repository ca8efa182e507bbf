/** IAM policy documents: JSON text or an object, with holes where a preview does not know a part. */
import { read, snapshot, UNKNOWN, type Path, type Snapshot } from "./reading";
import type { Resource } from "./rule";

/** A string of a document, or a hole. */
export type Entry = string | typeof UNKNOWN;

export interface Statement {
  readonly effect: Entry;
  readonly actions: readonly Entry[];
  readonly notActions: readonly Entry[];
  readonly resources: readonly Entry[];
  readonly notResources: readonly Entry[];
  /** Every principal of the statement, whatever its kind; `*` stands for everyone. */
  readonly principals: readonly Entry[];
  readonly hasNotPrincipal: boolean;
  readonly conditions: readonly Condition[];
}

export interface Condition {
  readonly operator: string;
  readonly key: string;
  readonly values: readonly Entry[];
}

export type PolicyDocument =
  | { readonly state: "known"; readonly statements: readonly Statement[] }
  | { readonly state: "unknown" | "absent" | "malformed" };

/** Documents that were read, by the properties that hold them: several rules ask for each, for every role. */
const READ = new WeakMap<object, Map<string, PolicyDocument>>();

/** Reads the document at `path`. Unknown as a whole, it is `unknown`; unknown in parts, the parts are holes. */
export function readPolicyDocument(resource: Resource, path: Path): PolicyDocument {
  const documents = READ.get(resource.props) ?? new Map<string, PolicyDocument>();
  READ.set(resource.props, documents);
  const place = JSON.stringify(path);
  const document = documents.get(place) ?? readDocument(resource, path);
  documents.set(place, document);
  return document;
}

function readDocument(resource: Resource, path: Path): PolicyDocument {
  const reading = read(resource.props, path);
  if (reading.state === "wrong-type") return { state: "malformed" };
  if (reading.state !== "known") return { state: reading.state };
  const document = typeof reading.value === "string" ? parse(reading.value) : snapshot(reading.value);
  if (!isRecord(document)) return { state: "malformed" };
  const statements = list(document.Statement);
  if (statements.includes(UNKNOWN)) return { state: "unknown" };
  if (statements.length === 0 || !statements.every(isRecord)) return { state: "malformed" };
  return { state: "known", statements: statements.map(toStatement) };
}

/** Patterns as expressions, by pattern: a plan has some hundreds, and each is asked about thousands of times. */
const EXPRESSIONS = new Map<string, RegExp>();

/** Whether an IAM pattern (`*` any run, `?` one character) covers `text`; actions compare without regard to case. */
export function covers(pattern: string, text: string): boolean {
  const expression = EXPRESSIONS.get(pattern) ?? expressionOf(pattern);
  EXPRESSIONS.set(pattern, expression);
  return expression.test(text);
}

function expressionOf(pattern: string): RegExp {
  const expression = pattern
    .replace(/[.+^${}()|[\]\\]/g, "\\$&")
    .replace(/\*/g, ".*")
    .replace(/\?/g, ".");
  return new RegExp(`^${expression}$`, "is");
}

/**
 * Whether the statement speaks of `action`. A hole may be any action: it counts against whoever is allowed it, and never
 * in favour of whoever denies it.
 */
export function concernsAction(statement: Statement, action: string): boolean {
  const known = CONCERNED.get(statement) ?? new Map<string, boolean>();
  CONCERNED.set(statement, known);
  const answer = known.get(action) ?? concerns(statement, action);
  known.set(action, answer);
  return answer;
}

/** Rules ask the same statements about the same few actions. */
const CONCERNED = new WeakMap<Statement, Map<string, boolean>>();

function concerns(statement: Statement, action: string): boolean {
  const denies = statement.effect === "Deny";
  if (statement.notActions.length > 0) {
    return !statement.notActions.some((entry) => (entry === UNKNOWN ? denies : covers(entry, action)));
  }
  return statement.actions.some((entry) => (entry === UNKNOWN ? !denies : covers(entry, action)));
}

/** Whether the statement denies what this preview does not know. */
export function deniesUnknown({ effect, actions, notActions }: Statement): boolean {
  return effect !== "Allow" && [...actions, ...notActions].includes(UNKNOWN);
}

function toStatement(statement: Record<string, Snapshot>): Statement {
  return {
    effect: entries(statement.Effect)[0] ?? "",
    actions: entries(statement.Action),
    notActions: entries(statement.NotAction),
    resources: entries(statement.Resource),
    notResources: entries(statement.NotResource),
    principals: principals(statement.Principal),
    hasNotPrincipal: "NotPrincipal" in statement,
    conditions: conditions(statement.Condition),
  };
}

function principals(value: Snapshot | undefined): Entry[] {
  return isRecord(value) ? Object.values(value).flatMap(entries) : entries(value);
}

function conditions(value: Snapshot | undefined): Condition[] {
  if (!isRecord(value)) return [];
  return Object.entries(value).flatMap(([operator, keys]) =>
    isRecord(keys)
      ? Object.entries(keys).map(([key, values]) => ({ operator, key, values: entries(values) }))
      : [],
  );
}

/** Texts of a document; what has no place there (a list in a list) is as good as unknown. */
function entries(value: Snapshot | undefined): Entry[] {
  return list(value)
    .filter((each) => each !== null)
    .map((each) => (typeof each === "object" || typeof each === "symbol" ? UNKNOWN : String(each)));
}

function list(value: Snapshot | undefined): readonly Snapshot[] {
  if (value === undefined || value === null) return [];
  return Array.isArray(value) ? value : [value as Snapshot];
}

function isRecord(value: Snapshot | undefined): value is Record<string, Snapshot> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function parse(text: string): Snapshot {
  try {
    return snapshot(JSON.parse(text));
  } catch {
    return null;
  }
}
