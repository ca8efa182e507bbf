/** Where runs leave what they tell of themselves, in the bucket of the jobs' code, on whichever engine. */

/** Of the newest run of everything. */
export const REPORT_KEY = "reports/latest.json";

/** Of the newest run that a drop started: it tells of the sets that had drops only. */
export const DROP_REPORT_KEY = "reports/latest-drop.json";

/** What the newest run has for owners; who tells them reads nothing else. */
export const NOTICES_KEY = "notices/latest.json";
