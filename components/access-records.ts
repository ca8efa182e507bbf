/** How long records of access are kept, by what the contracts say is in landing. */
import type { Contracts } from "./contract/model";

/** Kinds of unique identifying information (고유식별정보); the model has no other. */
const UNIQUE = ["resident-number"];

/** Whether landing holds values that identify a person in the whole country, whatever becomes of them on the way out. */
export function holdsUniqueIdentifiers(contracts: Contracts): boolean {
  return contracts.some(({ columns }) =>
    columns.some(({ kind }) => kind !== undefined && UNIQUE.includes(kind)),
  );
}

/**
 * Days that records of access are kept: a year, or two where landing holds unique identifiers. Steps of CloudWatch's; two
 * years with a leap day are 731.
 *
 * 개인정보의 안전성 확보조치 기준, Art. 8(1), read in secondary copies (the commission's guide of 2024-10 as quoted there,
 * seen 2026-11). It asks for two years from 50,000 people on and for sensitive data too: contracts tell neither.
 */
export function accessRecordDays(contracts: Contracts): number {
  return holdsUniqueIdentifiers(contracts) ? 731 : 365;
}
