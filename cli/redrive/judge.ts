/** Whether a record that failed would be taken now: by the rules of the collector and of the transform, as they are. */
import { randomBytes } from "node:crypto";
import type { FunctionSpec } from "../../components/contract/function-spec";
import { partitionKey } from "../../functions/collector/put-events";
import { EventValidator } from "../../functions/collector/validate";
import { Pseudonymiser } from "../../functions/pseudonym/pseudonym";
import { pseudonymKinds, RowTransform } from "../../functions/pseudonymise/transform";
import { reasonOf } from "../../functions/reason";
import type { FailedRecord } from "./failures";

export type Verdict =
  | { readonly good: true; /** As the collector gives it. */ readonly partitionKey: string }
  | { readonly good: false; /** Holds no value of the event. */ readonly reason: string };

export class Judge {
  private constructor(
    private readonly spec: FunctionSpec,
    private readonly validator: EventValidator,
    private readonly transform: RowTransform,
    private readonly pseudonyms: Pseudonymiser,
  ) {}

  /** @throws Error where the contract's own schema or time zone is none. */
  static async of(spec: FunctionSpec): Promise<Judge> {
    // Rows are made to see whether they can be, and thrown away: any key does.
    const keys = { key: () => Promise.resolve(randomBytes(32)) };
    const pseudonyms = await Pseudonymiser.load(keys, pseudonymKinds(spec), 1);
    return new Judge(spec, new EventValidator(spec), new RowTransform(spec, 1), pseudonyms);
  }

  verdict({ data, arrival, stuck }: FailedRecord): Verdict {
    if (stuck !== undefined) return { good: false, reason: stuck };
    try {
      this.transform.row(data, arrival, this.pseudonyms);
      const event = JSON.parse(data.toString("utf8")) as Record<string, unknown>;
      const reasons = this.validator.reasons(event);
      return reasons.length > 0
        ? { good: false, reason: reasons.join("; ") }
        : { good: true, partitionKey: partitionKey(this.spec, event) };
    } catch (error) {
      return { good: false, reason: reasonOf(error) };
    }
  }
}
