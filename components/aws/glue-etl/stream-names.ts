/** What the stream that counts events is called, for those that must know before it is made, or whether it is. */

/** Last part of the name of its job, of its role and of its closed bucket. */
export const COURSE_EVENTS = "course-events";
