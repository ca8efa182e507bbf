/** Korean resident and foreigner registration numbers: the form, and the checksum that no longer decides. */

/** `YYMMDD-Gnnnnnn`, the hyphen optional; the last six digits may be masked. */
const FORM = /^([0-9]{2})([0-9]{2})([0-9]{2})-?([1-8])([0-9*]{6})$/;

/**
 * Century of birth by the seventh digit less one: 1, 2, 5, 6: 1900s; 3, 4, 7, 8: 2000s. 5 to 8 are foreigners'. 9 and 0 were
 * of the 1800s: nobody of those lives, and order numbers of the form `YYMMDD-0000001` are many.
 */
const CENTURY = [1900, 1900, 2000, 2000, 1900, 1900, 2000, 2000] as const;

const WEIGHTS = [2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5] as const;

/** Thirteen digits that begin with a real date of birth and a gender digit of its century. */
export function isResidentNumber(value: string): boolean {
  const parts = FORM.exec(value);
  if (parts === null) return false;
  const [year, month, day, gender] = parts.slice(1, 5).map(Number);
  const date = new Date(Date.UTC(CENTURY[gender - 1] + year, month - 1, day));
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
}

/**
 * The checksum of numbers issued before October 2020; later ones are random from the eighth digit on and pass by chance.
 * So a pass says more than a failure.
 */
export function hasResidentChecksum(value: string): boolean {
  const digits = value.replace("-", "");
  if (!/^[0-9]{13}$/.test(digits)) return false;
  const sum = WEIGHTS.reduce((total, weight, index) => total + weight * Number(digits[index]), 0);
  const base = /[5-8]/.test(digits[6]) ? 13 : 11;
  return (base - (sum % 11)) % 10 === Number(digits[12]);
}
