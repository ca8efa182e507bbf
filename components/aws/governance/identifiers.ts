/** Custom data identifiers of Macie: what personal values look like in Korea, and in the stack's own contracts. */
import type { Column, Contracts } from "../../contract/model";
import { PHONE_FORM, RESIDENT_FORM } from "../../contract/personal/within";

export interface DataIdentifier {
  /** As names of resources carry it. */
  readonly label: string;
  readonly description: string;
  /** A regular expression as Macie takes it. */
  readonly regex: string;
  /** Words of which one must stand near a value, or name its column; none: the form alone decides. */
  readonly keywords: readonly string[];
}

/** Macie API, `CreateCustomDataIdentifier`: characters of an expression and of a keyword, and keywords. */
const LONGEST_REGEX = 512;
const KEYWORD = { minimum: 3, maximum: 90 } as const;
const MOST_KEYWORDS = 50;

/** Forms that hardly anything else has: the detection's own, so that what stops a contract stops here too. */
const KOREAN: readonly DataIdentifier[] = [
  {
    label: "resident-number",
    description: "Resident and foreigner registration numbers, with their hyphen",
    regex: RESIDENT_FORM,
    keywords: [],
  },
  { label: "phone", description: "Korean mobile numbers", regex: PHONE_FORM, keywords: [] },
];

/**
 * The Korean forms, and each form that a contract gives for a personal column that must not leave the closed zone (student
 * numbers, accounts). A column without a pattern, or with one that Macie can't read, has none.
 */
export function dataIdentifiers(contracts: Contracts): DataIdentifier[] {
  const own = contracts.flatMap(({ id, columns }) =>
    columns
      .filter(({ kind, treatment }) => kind !== undefined && treatment !== "keep")
      .flatMap((column) => identifierOf(id, column)),
  );
  return [...KOREAN, ...own.filter(({ regex }, at) => own.findIndex((each) => each.regex === regex) === at)];
}

function identifierOf(id: string, column: Column): DataIdentifier[] {
  const regex = column.pattern?.replace(/^\^|(?<!\\)\$$/g, "");
  if (regex === undefined || !isReadable(regex)) return [];
  const names = [column.sourceName, column.businessName, column.name];
  // Two syllables name a Korean column, and Macie takes none below three characters.
  const keywords = [...new Set(names)].filter(
    ({ length }) => length >= KEYWORD.minimum && length <= KEYWORD.maximum,
  );
  return [
    {
      label: `${id}-${column.name}`,
      description: `${column.kind} in the form of ${id}`,
      regex,
      keywords: keywords.slice(0, MOST_KEYWORDS),
    },
  ];
}

/**
 * Macie reads a part of PCRE: no looking around, no capturing groups, no references back (Macie User Guide, "Configuration
 * options for custom data identifiers").
 */
export function isReadable(regex: string): boolean {
  return regex.length > 0 && regex.length <= LONGEST_REGEX && !/(?<!\\)\((?!\?:)|\\[1-9]/.test(regex);
}
