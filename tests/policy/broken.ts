import type { RecordedResource } from "../../local/recorder/recorded-resource";

/** A platform that breaks one rule, as a person may really write it. */
export interface BrokenPlatform {
  readonly title: string;
  /** The resource that the rule names. */
  readonly at: string;
  plan(): RecordedResource[];
}
