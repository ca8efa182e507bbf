import { ValueFreeError } from "../reason";

/** An event that can't become a row. The message names keys of the contract and never holds a value of the event. */
export class TransformError extends ValueFreeError {}
