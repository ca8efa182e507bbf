/** Checks of settings: everything that is wrong is said at once, each with the setting's name and the fix. */

/** Gathers problems; {@link throwIfAny} tells them together. */
export class Problems {
  private readonly found: string[] = [];

  constructor(private readonly whose: string) {}

  /** Notes a problem where `holds` is false. */
  unless(holds: boolean, setting: string, fix: string): void {
    if (!holds) this.found.push(`${setting}: ${fix}`);
  }

  /** A whole number of a unit within limits; undefined is the default, and fine. */
  wholeNumber(setting: string, value: number | undefined, [least, most]: readonly [number, number]): void {
    const holds = value === undefined || (Number.isInteger(value) && value >= least && value <= most);
    this.unless(holds, setting, `is ${String(value)}; give a whole number of ${least} to ${most}`);
  }

  /** @throws Error with every problem. */
  throwIfAny(): void {
    if (this.found.length === 0) return;
    throw new Error(`${this.whose} can't be made:\n${this.found.map((each) => `- ${each}`).join("\n")}`);
  }
}

/** Kafka, `org.apache.kafka.common.internals.Topic`: legal characters and at most 249 of them. */
export const TOPIC_NAME = /^(?!\.{1,2}$)[a-zA-Z0-9._-]{1,249}$/;
