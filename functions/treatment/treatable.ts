/** Whether a value can be treated as its contract asks; the collector refuses and the transform fails what can't. */
import type { FunctionColumn } from "../../components/contract/function-spec";
import { isGeneralised } from "../../components/contract/treatment";
import { isComposed } from "../pseudonym/normal-form";
import { generalise } from "./generalise";

export interface TreatmentFault {
  /** The rule's name, the same in the Spark jobs' reasons. */
  readonly rule: "normalForm" | "generalise";
  /** What the value must be; holds nothing of it. */
  readonly must: string;
}

const GENERALISE_MUST = {
  "birth-date": "must be a date with its full year, such as 2001-02-03",
  address: "must be an address that starts with province and district, such as 서울특별시 강남구",
  "ip-address": "must be an IPv4 or IPv6 address",
} as const;

/** Why the column's treatment has no result for the value, or undefined. */
export function treatmentFault(
  { treatment, kind }: Pick<FunctionColumn, "treatment" | "kind">,
  value: string,
): TreatmentFault | undefined {
  if (treatment === "pseudonymise" && !isComposed(value)) {
    return { rule: "normalForm", must: "must be in composed form (NFC)" };
  }
  if (treatment === "generalise" && isGeneralised(kind) && generalise(kind, value) === undefined) {
    return { rule: "generalise", must: GENERALISE_MUST[kind] };
  }
  return undefined;
}
