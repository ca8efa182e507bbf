/** What a column's values say about it, by their form alone. */
import { isIP } from "node:net";
import type { IdentifierKind } from "../model";
import type { Evidence } from "./evidence";
import { READABLE } from "./headers";
import { nameShares } from "./korean-names";
import { passesLuhn } from "./luhn";
import { hasResidentChecksum, isResidentNumber } from "./resident-number";
import { EMAIL_WITHIN, PHONE_WITHIN, RESIDENT_WITHIN } from "./within";

interface Form {
  readonly kind: IdentifierKind;
  readonly matches: (value: string) => boolean;
  /** Share of the values from which the form is no accident. */
  readonly from: number;
  /** Score when every value has the form. */
  readonly score: number;
}

const EMAIL = /^[^\s@<>,;]+@(?![0-9]+(?:x\.|\.[0-9]))[^\s@<>,;]+\.[^\s@<>,;.0-9][^\s@<>,;.]+$/u;
/** Mobile (010, 011, ...), internet (070) and safety (050x) numbers, with or without separators, or with +82. */
const MOBILE = /^(?:(?:\+?82[-.\s]?)\(?0?\)?|\(?0)(?:1[016789]|70|50\d)\)?[-.\s]?\d{3,4}[-.\s]?\d{4}$/;
/** Landlines need separators: nine digits in a row may be anything. */
const LANDLINE = /^(?:\+82[-.\s]?|\(?0)(?:2|[3-6][1-5])\)?[-.\s]\d{3,4}[-.\s]\d{4}$/;
const CARD = /^(?:\d{4}([ -]?)\d{4}\1\d{4}\1\d{4}|3[47]\d{2}([ -]?)\d{6}\2\d{5})$/;
const ADDRESS =
  /^(?:서울|부산|대구|인천|광주|대전|울산|세종|경기|강원|충청?[남북]|전라?[남북]|경상?[남북]|제주|충청|전라|경상)\S*\s+\S+[시군구읍면동로길](?:\s|$)/;

const FORMS: readonly Form[] = [
  { kind: "email", matches: (value) => EMAIL.test(value), from: 0.1, score: 0.95 },
  { kind: "phone", matches: (value) => MOBILE.test(value) || LANDLINE.test(value), from: 0.1, score: 0.9 },
  // One card-like number in ten passes Luhn by chance.
  { kind: "card-number", matches: (value) => CARD.test(value) && passesLuhn(value), from: 0.3, score: 0.95 },
  // Version numbers look like IPv4 too.
  { kind: "ip-address", matches: (value) => isIP(value) !== 0, from: 0.5, score: 0.8 },
  { kind: "address", matches: (value) => ADDRESS.test(value), from: 0.2, score: 0.85 },
];

/** Identifiers inside longer text, such as a memo. */
const EMBEDDED: readonly { kind: IdentifierKind; holds: (value: string) => boolean }[] = [
  { kind: "resident-number", holds: holdsResidentNumber },
  { kind: "phone", holds: (value) => PHONE_WITHIN.test(value) },
  { kind: "email", holds: (value) => EMAIL_WITHIN.test(value) },
];

function isNumber(value: string): boolean {
  return /^[0-9]+$/.test(value);
}

function holdsResidentNumber(value: string): boolean {
  return (value.match(new RegExp(RESIDENT_WITHIN, "g")) ?? []).some(isResidentNumber);
}

/** @param values of one column; empty ones are left out of the count. */
export function valueEvidence(values: readonly string[]): Evidence[] {
  const present = values.map((value) => value.trim().normalize("NFC")).filter((value) => value !== "");
  if (present.length === 0) return [];
  const whole = [...formEvidence(present), ...residentEvidence(present), ...nameEvidence(present)];
  const kinds = new Set(whole.map(({ kind }) => kind));
  return [...whole, ...embeddedEvidence(present).filter(({ kind }) => !kinds.has(kind))];
}

function formEvidence(values: readonly string[]): Evidence[] {
  return FORMS.flatMap(({ kind, matches, from, score }) => {
    const share = shareOf(values, matches);
    if (share < from) return [];
    return [{ kind, score: round(score * (0.6 + 0.4 * share)), why: told(share, values, READABLE[kind]) }];
  });
}

/** Bare thirteen digits hold a date by chance in 4 of 100 cases, so a few are an accident; with hyphens none is. */
function residentEvidence(values: readonly string[]): Evidence[] {
  const matching = values.filter(isResidentNumber);
  const share = matching.length / values.length;
  const hyphened = shareOf(matching, (value) => value.includes("-"));
  if (matching.length === 0 || (share < 0.2 && hyphened < 0.5)) return [];
  const checked = shareOf(matching, hasResidentChecksum);
  const score = 0.75 + 0.1 * share + (hyphened >= 0.5 ? 0.05 : 0) + 0.09 * checked;
  return [
    {
      kind: "resident-number",
      score: round(score),
      why:
        told(share, values, "registration numbers, date and gender digit included") +
        `, and ${percent(checked)} of those pass the checksum of numbers issued before October 2020`,
    },
  ];
}

function nameEvidence(values: readonly string[]): Evidence[] {
  const { named, threeSyllables, largestSurnames, distinct } = nameShares(values);
  if (named < 0.6) return [];
  const likely = threeSyllables >= 0.7 && largestSurnames >= 0.25 && distinct >= 0.2;
  return [
    {
      kind: "person-name",
      score: round(likely ? 0.55 + 0.3 * named : 0.35),
      why: told(named, values, "Korean names, family name first"),
    },
  ];
}

function embeddedEvidence(values: readonly string[]): Evidence[] {
  // In a column of numbers one in a thousand of eleven digits begins like a mobile one.
  const numbers = shareOf(values, isNumber) >= 0.5;
  return EMBEDDED.flatMap(({ kind, holds }) => {
    const share = shareOf(values, (value) => !(numbers && isNumber(value)) && holds(value));
    if (share === 0) return [];
    return [
      {
        kind,
        score: round(0.6 + 0.3 * share),
        why: `${percent(share)} of ${values.length} values hold ${READABLE[kind]} within their text`,
        embedded: true,
      },
    ];
  });
}

function shareOf(values: readonly string[], matches: (value: string) => boolean): number {
  return values.length === 0 ? 0 : values.filter(matches).length / values.length;
}

function told(share: number, values: readonly string[], what: string): string {
  return `${percent(share)} of ${values.length} values have the form of ${what}`;
}

/** Never "0%" for something that was found. */
function percent(share: number): string {
  return share > 0 && share < 0.01 ? "less than 1%" : `${Math.round(share * 100)}%`;
}

function round(score: number): number {
  return Math.round(score * 100) / 100;
}
