/** Whether an event is what the contract says, and if not, why, in words that hold nothing of the event. */
import Ajv, { type ErrorObject, type ValidateFunction } from "ajv";
import addFormats from "ajv-formats";
import type { FunctionSpec } from "../../components/contract/function-spec";
import { isDate, parseMoment } from "../event-time";
import { treatmentFault } from "../treatment/treatable";

const ajv = addFormats(new Ajv({ allErrors: true, allowUnionTypes: true }))
  .addFormat("date-time", (text: string) => parseMoment(text) !== undefined)
  .addFormat("date", isDate);

/** Validates events of one data set; its schema is compiled once. */
export class EventValidator {
  private readonly conforms: ValidateFunction;
  private readonly keys: string;

  /** @throws Error when the contract's event schema is not a JSON schema. */
  constructor(private readonly spec: FunctionSpec) {
    this.conforms = ajv.compile(spec.eventSchema);
    this.keys = spec.columns.map(({ source }) => source).join(", ");
  }

  /** Reasons to refuse the event, each `<key>: <rule>`; none when it is valid. */
  reasons(event: unknown): string[] {
    const errors = this.conforms(event) ? [] : (this.conforms.errors ?? []);
    return [...new Set([...errors.map((error) => this.reason(error)), ...this.untreatable(event)])];
  }

  /** Values that conform and that the transform could not treat: refused here, where the producer sees it. */
  private untreatable(event: unknown): string[] {
    if (typeof event !== "object" || event === null) return [];
    return this.spec.columns.flatMap((column) => {
      const value: unknown = Object.hasOwn(event, column.source) ? Reflect.get(event, column.source) : null;
      const fault = typeof value === "string" ? treatmentFault(column, value) : undefined;
      return fault === undefined ? [] : [`${column.source}: ${fault.must}`];
    });
  }

  private reason({ keyword, params, instancePath, message }: ErrorObject): string {
    // A path's first part is a key of the contract: keys that it does not name are refused without being looked into.
    const key = instancePath.split("/")[1]?.replaceAll("~1", "/").replaceAll("~0", "~");
    const at = key ?? "event";
    switch (keyword) {
      case "required":
        return `${params.missingProperty}: is required`;
      case "additionalProperties":
      case "unevaluatedProperties":
        // The unknown key may itself hold a personal value.
        return `event: has a key that the contract does not name; ${this.spec.id} has ${this.keys}`;
      case "enum":
        return `${at}: must be one of ${(params.allowedValues as unknown[]).map(String).join(", ")}`;
      case "type":
        return `${at}: must be ${[params.type].flat().join(" or ")}`;
      case "format":
        return params.format === "date-time"
          ? `${at}: must be a moment like 2026-11-21T09:00:00+09:00`
          : `${at}: must match format "${params.format}"`;
      default:
        // The other messages of ajv quote the schema only (types, limits, patterns).
        return `${at}: ${message ?? `breaks the rule ${keyword}`}`;
    }
  }
}
