import type { Inputs } from "./resource-type";

/**
 * The emulator speaks plain HTTP on the loopback address and enforces policies: the statement that refuses plain HTTP
 * would refuse everything. Every other statement stays.
 */
export function withoutTlsOnly(policy: string | Inputs): string {
  const asked = (typeof policy === "string" ? JSON.parse(policy) : policy) as Inputs;
  const statements = asked.Statement as Inputs[];
  return JSON.stringify({
    ...asked,
    Statement: statements.filter(({ Condition }) => !("aws:SecureTransport" in (Condition?.Bool ?? {}))),
  });
}
