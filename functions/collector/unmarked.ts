/** Stops single values that show by their form to be personal, in keys that the contract keeps in clear. */
import type { FunctionSpec } from "../../components/contract/function-spec";
import type { IdentifierKind } from "../../components/contract/model";
import { conclusiveKind } from "../../components/contract/personal/conclusive";

/** A key of the contract and what its value looks like; never the value. */
export interface UnmarkedValue {
  readonly key: string;
  readonly kind: IdentifierKind;
}

/** Times, dates and truth values are checked by their own forms and can hold nothing else. */
const TELLING = /^(?:string|int|bigint|decimal)/;

/** Looks into the events of one data set. */
export class UnmarkedValues {
  private readonly keys: readonly string[];

  constructor(spec: FunctionSpec) {
    this.keys = spec.columns
      .filter(({ unmarked, type }) => unmarked && TELLING.test(type))
      .map(({ source }) => source);
  }

  /** Keys of the event that are kept in clear though their values look personal. */
  in(event: unknown): UnmarkedValue[] {
    if (typeof event !== "object" || event === null) return [];
    const found: UnmarkedValue[] = [];
    for (const key of this.keys) {
      const value: unknown = Object.hasOwn(event, key) ? (event as Record<string, unknown>)[key] : undefined;
      if (typeof value !== "string" && typeof value !== "number") continue;
      const kind = conclusiveKind(String(value));
      if (kind !== undefined) found.push({ key, kind });
    }
    return found;
  }
}

/** The reason of a refusal: tells the producer's side what to change, and where. */
export function unmarkedReason({ key, kind }: UnmarkedValue): string {
  return `${key}: looks like ${kind}; mark it in the contract or say notPersonal`;
}
