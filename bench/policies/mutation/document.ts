/** Texts that hold JSON which rules read: policies and patterns of events. */

/** Whether a text is a JSON object that is worth going into; code, contracts and state machines are not. */
export function isJsonDocument(value: unknown): value is string {
  if (typeof value !== "string" || !/^\s*\{/.test(value)) return false;
  try {
    const parsed = JSON.parse(value) as Record<string, unknown>;
    return "Statement" in parsed || ("source" in parsed && "detail-type" in parsed);
  } catch {
    return false;
  }
}

/** A statement that gives everything to everybody, in the words of the document it joins. */
export function openStatement(statements: readonly unknown[]): object {
  const named = statements.some((each) => typeof each === "object" && each !== null && "Principal" in each);
  const everything = { Effect: "Allow", Action: "*" };
  const trust = statements.some((each) => /sts:AssumeRole/.test(JSON.stringify(each)));
  if (trust) return { Effect: "Allow", Action: "sts:AssumeRole", Principal: "*" };
  return named ? { ...everything, Principal: "*", Resource: "*" } : { ...everything, Resource: "*" };
}
