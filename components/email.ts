/** E-mail addresses of alarms. */
import { checkText, type ArgumentProblem } from "./arguments";

export const EMAIL_FORM = "an e-mail address, e.g. data-team@example.com";

/** Form only: SNS asks the address itself to confirm. */
export function isEmail(text: string): boolean {
  return /^[^\s@<>]+@[^\s@<>.]+(\.[^\s@<>.]+)+$/.test(text);
}

/** Checks of a component's argument `alarmEmails`. */
export function alarmEmailChecks(emails: readonly string[] = []): (ArgumentProblem | undefined)[] {
  return emails.map((email, at) => checkText(`alarmEmails[${at}]`, email, isEmail, EMAIL_FORM));
}
