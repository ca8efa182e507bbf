/**
 * Identifiers that show within text by their form alone. The patterns mean the same in JavaScript, Python and Java, and take
 * time in proportion to the text, however it is made: it comes from outside. A `FORM` is the identifier alone, for engines that
 * know no looking around.
 */

/**
 * In URLs `@` is written `%40`. What goes on with two numbers is a version (`name@1.2.3`), what begins with a scale an
 * image (`name@2x.png`).
 */
export const EMAIL_WITHIN =
  /(?<![A-Za-z0-9_.+-])[A-Za-z0-9_.+-]{1,64}(?:@|%40)(?![0-9]+(?:x\.|\.[0-9]))[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){0,8}\.[A-Za-z]{2,24}(?![A-Za-z0-9_-])/;

/**
 * Mobile numbers. Between other hexadecimal digits it is part of an identifier: one random UUID in some hundreds has such
 * digits. The old prefixes (011, 016 to 019) need separators, as ten digits in a row may be anything.
 */
export const PHONE_FORM =
  "(?:(?:010|\\+82[-. ]?(?:\\(0\\))?10)[-. ]?[0-9]{4}[-. ]?[0-9]{4}|01[16-9][-. ][0-9]{3,4}[-. ][0-9]{4})";
export const PHONE_WITHIN = new RegExp(
  `(?<![0-9A-Fa-f])(?<![0-9][-.])${PHONE_FORM}(?![0-9A-Fa-f]|[-.][0-9])`,
);

/** What may be a registration number; hyphens are asked for, since bare digits in text are too common. */
export const RESIDENT_FORM = "[0-9]{6}-[0-9]{7}";
export const RESIDENT_WITHIN = new RegExp(`(?<![0-9])${RESIDENT_FORM}(?![0-9])`);
