/** When something runs: expressions and zones as EventBridge Scheduler takes them. */

/** Six fields, unlike Unix' five; one of the two day fields is a question mark. */
const CRON = /^cron\((\S+ ){5}\S+\)$/;
const RATE = /^rate\([1-9]\d* (minute|hour|day)s?\)$/;

/** What is right, for errors. */
export const SCHEDULE_FORM = "cron(minute hour day month weekday year) or rate(number unit)";

/** Whether EventBridge Scheduler would take the form of an expression; the fields' own values are its to check. */
export function isSchedule(expression: string): boolean {
  return CRON.test(expression) || RATE.test(expression);
}

/** As errors say it. Glue's crawlers know no time zone and no rate. */
export const CRAWL_SCHEDULE_FORM =
  "cron(minute hour day month weekday year) in UTC, at most every five minutes, e.g. cron(0 18 * * ? *)";

/** Whether Glue would take the form of a crawler's schedule; it runs none more often than every five minutes. */
export function isCrawlSchedule(expression: string): boolean {
  return CRON.test(expression) && !/^cron\((\*|\*\/[1-4]|0\/[1-4]) /.test(expression);
}

/** Whether a name is an IANA time zone. Offsets (+09:00) are none, though Intl takes them. */
export function isTimeZone(name: string): boolean {
  if (!/^[A-Za-z]/.test(name)) return false;
  try {
    new Intl.DateTimeFormat("en", { timeZone: name });
    return true;
  } catch {
    return false;
  }
}
