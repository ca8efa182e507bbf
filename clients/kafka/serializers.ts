/** Keys and values as bytes, and back. */

/** May ask a registry, so it may be asynchronous. */
export type Serializer<Type> = (value: Type, topic: string) => Buffer | Promise<Buffer>;
/** @throws Error for bytes that are none of it; the error never holds the bytes. */
export type Deserializer<Type> = (bytes: Buffer, topic: string) => Type | Promise<Type>;

export const textSerializer: Serializer<string> = (text) => Buffer.from(text, "utf8");
export const textDeserializer: Deserializer<string> = (bytes) => bytes.toString("utf8");

/** JSON as it is, without a schema. */
export const jsonSerializer: Serializer<unknown> = (value) => Buffer.from(JSON.stringify(value), "utf8");
export const jsonDeserializer: Deserializer<unknown> = (bytes) => {
  try {
    return JSON.parse(bytes.toString("utf8")) as unknown;
  } catch {
    // The parser's message repeats a part of the text.
    throw new Error("the value is no JSON");
  }
};

export const bytesSerializer: Serializer<Buffer> = (bytes) => bytes;
export const bytesDeserializer: Deserializer<Buffer> = (bytes) => bytes;
