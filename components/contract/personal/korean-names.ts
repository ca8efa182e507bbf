/** Whether a column of short Hangul values reads like names of people. */

/** Family names of one syllable that cover more than 99% of the population (Statistics Korea, census of 2015). */
const SURNAMES = new Set(
  "김이박최정강조윤장임한오서신권황안송전홍유고문양손배백허남심노하곽성차주우구민진류나지엄채원천방공현함변염여추도소석선설마길연위표명기반왕금옥육인맹제모탁국",
);
const COMPOUND_SURNAMES = ["남궁", "황보", "제갈", "사공", "선우", "서문", "독고", "동방"];

/** The five largest family names are borne by 54% of the population (same census): a column without them is none of names. */
const LARGEST_SURNAMES = new Set("김이박최정");

const NAME = /^[가-힣]{2,4}$/;

export interface NameShares {
  /** Of all values: a family name and one to three syllables. */
  readonly named: number;
  /** Of those: three syllables, as nearly all Korean names have. */
  readonly threeSyllables: number;
  /** Of those: one of the five largest family names. */
  readonly largestSurnames: number;
  /** Distinct values by values; names repeat rarely, categories often. */
  readonly distinct: number;
}

export function isKoreanName(value: string): boolean {
  if (!NAME.test(value)) return false;
  const compound = COMPOUND_SURNAMES.some(
    (surname) => value.startsWith(surname) && value.length > surname.length,
  );
  return compound || (value.length <= 3 && SURNAMES.has(value[0]));
}

export function nameShares(values: readonly string[]): NameShares {
  const names = values.filter(isKoreanName);
  const share = (matches: (name: string) => boolean) =>
    names.length === 0 ? 0 : names.filter(matches).length / names.length;
  return {
    named: values.length === 0 ? 0 : names.length / values.length,
    threeSyllables: share((name) => name.length === 3),
    largestSurnames: share((name) => LARGEST_SURNAMES.has(name[0])),
    distinct: names.length === 0 ? 0 : new Set(names).size / names.length,
  };
}
