/**
 * Thrift's compact protocol (apache/thrift, doc/specs/thrift-compact-protocol.md), as much of it as Parquet's headers and footer
 * take.
 */

/** Types of a field, from 1 as the protocol numbers them. */
enum Type {
  True = 1,
  False = 2,
  I32 = 5,
  I64 = 6,
  Binary = 8,
  List = 9,
  Struct = 12,
}

/** A value that knows its type. */
export type Value =
  | { readonly i32: number }
  | { readonly i64: number }
  | { readonly binary: Uint8Array }
  | { readonly flag: boolean }
  | { readonly list: readonly Value[] }
  | { readonly struct: Fields };

/** Fields of a struct by their numbers, ascending; undefined ones are not written. */
export type Fields = Readonly<Record<number, Value | undefined>>;

export const i32 = (value: number): Value => ({ i32: value });
export const i64 = (value: number): Value => ({ i64: value });
export const text = (value: string): Value => ({ binary: Buffer.from(value) });
export const binary = (value: Uint8Array): Value => ({ binary: value });
export const flag = (value: boolean): Value => ({ flag: value });
export const list = (values: readonly Value[]): Value => ({ list: values });
export const struct = (fields: Fields): Value => ({ struct: fields });

/** The bytes of a struct. */
export function encoded(fields: Fields): Buffer {
  const bytes: number[] = [];
  putStruct(fields, bytes);
  return Buffer.from(bytes);
}

function putStruct(fields: Fields, into: number[]): void {
  let last = 0;
  for (const [key, value] of Object.entries(fields)) {
    if (value === undefined) continue;
    const id = Number(key);
    // A short step stands beside the type. No struct of Parquet that is written here has a longer one.
    into.push(((id - last) << 4) | typeOf(value));
    last = id;
    if (!("flag" in value)) putValue(value, into);
  }
  into.push(0);
}

function typeOf(value: Value): Type {
  if ("i32" in value) return Type.I32;
  if ("i64" in value) return Type.I64;
  if ("binary" in value) return Type.Binary;
  if ("flag" in value) return value.flag ? Type.True : Type.False;
  return "list" in value ? Type.List : Type.Struct;
}

function putValue(value: Exclude<Value, { readonly flag: boolean }>, into: number[]): void {
  if ("i32" in value) putVarint(zigzag(value.i32), into);
  else if ("i64" in value) putVarint(zigzag(value.i64), into);
  else if ("struct" in value) putStruct(value.struct, into);
  else if ("binary" in value) {
    putVarint(BigInt(value.binary.length), into);
    into.push(...value.binary);
  } else putList(value.list, into);
}

function putList(values: readonly Value[], into: number[]): void {
  const type = values.length === 0 ? Type.Struct : typeOf(values[0]);
  if (values.length < 15) into.push((values.length << 4) | type);
  else {
    into.push(0xf0 | type);
    putVarint(BigInt(values.length), into);
  }
  for (const value of values) if (!("flag" in value)) putValue(value, into);
}

function zigzag(value: number): bigint {
  const whole = BigInt(value);
  return whole >= 0n ? whole << 1n : (-whole << 1n) - 1n;
}

function putVarint(value: bigint, into: number[]): void {
  for (; value >= 0x80n; value >>= 7n) into.push(Number(value & 0x7fn) | 0x80);
  into.push(Number(value));
}
