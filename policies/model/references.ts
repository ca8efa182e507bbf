/**
 * The texts that the rules answer to. Numbers point a reviewer to the place; they are no legal advice, and the Korean
 * texts are amended often: compare with the version in force.
 */
import type { PolicyComplianceFramework } from "@pulumi/policy";

/** Personal Information Protection Act of Korea (개인정보 보호법). */
export function pipa(article: string, specification: string): PolicyComplianceFramework {
  return { name: "PIPA", version: "2023", reference: `PIPA Art. ${article}`, specification };
}

/** Korean certification of information security and privacy management (ISMS-P). */
export function ismsP(control: string, specification: string): PolicyComplianceFramework {
  return { name: "ISMS-P", version: "2023", reference: `ISMS-P ${control}`, specification };
}

/** AWS Foundational Security Best Practices, the standard of Security Hub. */
export function fsbp(control: string, specification: string): PolicyComplianceFramework {
  return { name: "FSBP", version: "1.0.0", reference: `FSBP ${control}`, specification };
}

/** The platform's own promise, where no outside text asks for it. */
export function naru(reference: string, specification: string): PolicyComplianceFramework {
  return { name: "Naru", version: "1", reference: `Naru ${reference}`, specification };
}
