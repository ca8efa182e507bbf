/** How large the sample of a run is, and how long such a run takes. */
import { SAMPLE_LIMITS, type SampleArgs } from "../../samples";
import type { UpOptions } from "./run";

/** Options of the command line and what they set. */
const OPTIONS = { people: "students", events: "events" } as const;

/**
 * @throws RangeError that names every option that is no whole number within its limits.
 */
export function sampleSize(options: Pick<UpOptions, "people" | "events">): SampleArgs {
  const given = Object.entries(OPTIONS).flatMap(([option, argument]) => {
    const text = options[option as keyof typeof OPTIONS];
    return text === undefined ? [] : [{ option, argument, text }];
  });
  const wrong = given.flatMap(({ option, argument, text }) => {
    const { least, most } = SAMPLE_LIMITS[argument];
    const fits = /^\d+$/.test(text) && Number(text) >= least && Number(text) <= most;
    return fits ? [] : [`--${option} is "${text}"; write a whole number from ${least} to ${most}`];
  });
  if (wrong.length > 0) throw new RangeError(wrong.join("\n"));
  return Object.fromEntries(given.map(({ argument, text }) => [argument, Number(text)]));
}

/**
 * A minute for the platform itself, and what each person and event adds. From a run over 10^5 people and as many events:
 * 443 seconds on two cores that others used as well (docs/proven.md).
 * @returns minutes that a run takes beyond the installation of tools, at least 1.
 */
export function expectedMinutes({ students = 0, events = students }: SampleArgs): number {
  return Math.round(1 + (students * SECONDS_A_PERSON + events * SECONDS_AN_EVENT) / 60);
}

const SECONDS_A_PERSON = 0.0035;
const SECONDS_AN_EVENT = 0.0007;
