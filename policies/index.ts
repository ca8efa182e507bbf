/** The pack's process: serves the rules to the engine, or to `naru check`. */
import { PolicyPack } from "@pulumi/policy";
import { policiesOf } from "./model/pack";
import { RULES } from "./rules";

new PolicyPack("naru-data-platform", {
  description: "Guardrails of a data platform: Parquet/Snappy, pseudonyms, the platform's own KMS keys.",
  displayName: "Naru data platform",
  provider: "aws",
  enforcementLevel: "mandatory",
  policies: policiesOf(RULES),
});
