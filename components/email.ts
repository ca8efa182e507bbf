/** E-mail addresses of alarms. */

export const EMAIL_FORM = "an e-mail address, e.g. data-team@example.com";

/** Form only: SNS asks the address itself to confirm. */
export function isEmail(text: string): boolean {
  return /^[^\s@<>]+@[^\s@<>.]+(\.[^\s@<>.]+)+$/.test(text);
}
