/**
 * Whether one value alone shows that it is personal, or holds what is. A value is less evidence than a column, so only forms
 * that hardly anything else has count: names, addresses, dates of birth, accounts and IP addresses never do.
 */
import type { IdentifierKind } from "../model";
import { passesLuhn } from "./luhn";
import { hasResidentChecksum } from "./resident-number";
import { EMAIL_WITHIN, PHONE_WITHIN } from "./within";

const MONTH_DAY = "(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])";
/**
 * Date of birth and gender digit of somebody born from 1930 to 2015. Order numbers of the form `YYMMDD-1234567` carry a day
 * of the last years, which would be one of small children or of people past 94.
 */
const born = (separator: string, since2000: string): string =>
  `(?:[3-9][0-9]${MONTH_DAY}${separator}[1256]|(?:${since2000})${MONTH_DAY}${separator}[3478])[0-9]{6}`;

/** With its hyphen a registration number needs no checksum, which those issued since October 2020 do not have. */
export const BORN_WITHIN = new RegExp(
  `(?<![0-9A-Za-z_])(?<![0-9][-.])${born(" ?- ?", "0[0-9]|1[0-5]")}(?![0-9A-Za-z_]|-[0-9])`,
);

/**
 * Without a hyphen it must be the whole value and pass the checksum. Korean barcodes (EAN-13) begin with 880, and
 * milliseconds since 1970 with 10 to 29, from 2001 to 2065: what would be births from 2010 on is left out.
 */
const BORN_BARE = new RegExp(`^(?!880)${born("", "0[0-9]")}$`);

/** Groups of four by an issuer's first digits (Visa, Mastercard, JCB, UnionPay, Discover), and American Express. */
const CARD_WITHIN =
  /(?<![0-9A-Za-z_])(?<![0-9][-.])(?:(?:4[0-9]{3}|5[1-5][0-9]{2}|2[2-7][0-9]{2}|35[0-9]{2}|6[25][0-9]{2})([ -]?)[0-9]{4}\1[0-9]{4}\1[0-9]{4}|3[47][0-9]{2}([ -]?)[0-9]{6}\2[0-9]{5})(?![0-9A-Za-z_]|[-.][0-9])/;

/** What every registration and card number has: most texts, identifiers of random letters too, have none of it. */
const THIRTEEN_DIGITS = /[0-9](?:[ -]{0,3}[0-9]){12}/;

/**
 * Each form is looked for only where its rarest part stands: an event has several texts, and nearly all hold nothing.
 *
 * @param text one value; nothing of it is kept.
 */
export function conclusiveKind(text: string): IdentifierKind | undefined {
  if ((text.includes("@") || text.includes("%40")) && EMAIL_WITHIN.test(text)) return "email";
  if ((text.includes("01") || text.includes("+82")) && PHONE_WITHIN.test(text)) return "phone";
  if (!THIRTEEN_DIGITS.test(text)) return undefined;
  if (BORN_WITHIN.test(text)) return "resident-number";
  const whole = text.trim();
  if (whole.length === 13 && BORN_BARE.test(whole) && hasResidentChecksum(whole)) return "resident-number";
  const card = CARD_WITHIN.exec(text);
  return card !== null && passesLuhn(card[0]) ? "card-number" : undefined;
}
