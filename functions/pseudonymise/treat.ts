/** One value on its way out of the closed zone, as its column's treatment asks. */
import type { FunctionColumn } from "../../components/contract/function-spec";
import { isGeneralised } from "../../components/contract/treatment";
import { ConfigurationError } from "../environment";
import type { Pseudonymiser } from "../pseudonym/pseudonym";
import { generalise } from "../treatment/generalise";
import { mask } from "../treatment/mask";
import { treatmentFault } from "../treatment/treatable";
import type { Stored } from "./cast";
import { TransformError } from "./transform-error";

/**
 * Null stays null under every treatment.
 * @throws TransformError when the value can't be treated; ConfigurationError when the contract asks for what Naru
 * can't do, so that no value ever passes in clear for want of a rule.
 */
export function treat(column: FunctionColumn, value: Stored, pseudonyms: Pseudonymiser): Stored {
  const { source, treatment, kind, keepLast } = column;
  if (value === null || treatment === "keep") return value;
  if (typeof value === "string") {
    const fault = treatmentFault(column, value);
    if (fault !== undefined) throw new TransformError(`${source}: ${fault.rule}: ${fault.must}`);
    if (treatment === "pseudonymise" && kind !== null) return pseudonyms.of(kind, value);
    if (treatment === "mask" && keepLast !== null) return mask(value, keepLast);
    if (treatment === "generalise" && isGeneralised(kind)) return generalise(kind, value) ?? null;
  }
  throw new ConfigurationError(`${source}: can't be treated by ${treatment}; derive contracts.json again`);
}
