/** Rows as CSV: fields that stand together are copied together, personal ones are pseudonyms, dropped ones are left out. */
import {
  Action,
  actionOf,
  agrees,
  fieldAt,
  formOf,
  isNeeded,
  keyOf,
  longestOf,
  scaleOf,
  separator,
} from "./fields";
import { Form, hasForm } from "./forms";
import { entryOf, LONGEST_VALUE, PSEUDONYM, writePseudonym } from "./pseudonyms";
import { characters } from "./text";

const LF: u32 = 0x0a;

/** Where the next byte goes. */
export let place: usize = 0;
/** Whether the output has no room left. */
export let isFull: bool = false;
let outputEnd: usize = 0;
/** Start of the fields that stand together and are kept; 0 where there are none. */
let runStart: usize = 0;

export function beginRows(output: usize, end: usize): void {
  place = output;
  outputEnd = end;
  runStart = 0;
  isFull = false;
}

/** Goes back to where a record that is not written began. */
export function takeBack(to: usize): void {
  place = to;
  runStart = 0;
}

/** Ends a row that began at `rowStart` of the output and ends at `at` of the input. */
@inline
export function endRow(rowStart: usize, at: usize): void {
  if (runStart != 0) {
    flush(at);
    if (!isFull) store<u8>(place++, LF);
  } else if (place > rowStart) store<u8>(place - 1, LF);
  else store<u8>(place++, LF);
}

/** Writes the fields that stand together and are kept, up to `end`. */
@inline
function flush(end: usize): void {
  const length = end - runStart;
  if (place + length + 64 > outputEnd) {
    isFull = true;
    return;
  }
  memory.copy(place, runStart, length);
  place += length;
  runStart = 0;
}

/** One field of a record. @returns false when another reader must look at the record. */
export function take(at: u32, start: usize, end: usize, quoted: bool): bool {
  const field = fieldAt(at);
  const from = quoted ? start + 1 : start;
  const length = <u32>((quoted ? end - 1 : end) - from);
  const action = actionOf(field);
  if (length == 0) {
    if (isNeeded(field)) return false;
  } else {
    const form = formOf(field);
    if (form != Form.Text) {
      if (!hasForm(form, from, length, scaleOf(field))) return false;
      if (form == Form.Timestamp && !agrees(at)) return false;
    }
    const longest = longestOf(field);
    if (length > longest && characters(from, length) > longest) return false;
  }
  if (action == Action.Skip) {
    if (runStart != 0) flush(start);
    return true;
  }
  if (runStart == 0 && action != Action.Pseudonymise) runStart = start;
  if (action == Action.Keep) return true;
  return pseudonymise(action, field, start, end, from, length);
}

function pseudonymise(action: u32, field: usize, start: usize, end: usize, from: usize, length: u32): bool {
  if (length > LONGEST_VALUE) return false;
  if (action == Action.KeepAndPseudonymise) {
    flush(end);
    store<u8>(place++, separator);
  } else if (runStart != 0) flush(start);
  if (place + 64 > outputEnd) isFull = true;
  if (isFull) return true;
  if (length > 0) {
    const entry = entryOf(keyOf(field), from, length);
    if (entry == 0) return false;
    writePseudonym(entry, place);
    place += PSEUDONYM;
  }
  store<u8>(place++, separator);
  return true;
}
