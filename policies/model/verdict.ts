/** What a question about a stack comes to: three-valued, as a preview may not know. */
export type Verdict = "yes" | "no" | "unknown";

/** One yes is enough; without one, whatever is unknown may be a yes. */
export function strongest(verdicts: readonly Verdict[]): Verdict {
  if (verdicts.includes("yes")) return "yes";
  return verdicts.includes("unknown") ? "unknown" : "no";
}

/** One no is enough; without one, whatever is unknown may be a no. */
export function weakest(verdicts: readonly Verdict[]): Verdict {
  if (verdicts.includes("no")) return "no";
  return verdicts.includes("unknown") ? "unknown" : "yes";
}
