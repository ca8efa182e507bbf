/**
 * What the engine asks about resources, out of its bytes: the fields that rules see of `pulumi/analyzer.proto`. The SDK
 * makes an object of each value, of each entry and of each list first, which for a large plan took longer than judging it.
 */
import { AnalyzeRequest, AnalyzeStackRequest, type AnalyzerResource } from "@pulumi/pulumi/proto/analyzer_pb";
import { MessageError, MessageReader } from "./message-reader";
import type { ResourceOptions } from "./rule";

/** A resource as the engine tells it, before the SDK's signatures mean anything. */
export interface AskedResource {
  readonly type: string;
  readonly name: string;
  readonly urn: string;
  readonly properties: Record<string, unknown>;
  /** Undefined where the engine tells none. */
  readonly options: ResourceOptions | undefined;
  /** Properties with the URNs that each comes from. */
  readonly propertyDependencies: readonly (readonly [property: string, urns: readonly string[]])[];
}

/** Tags of fields: the number, then three bits that say how the content is told. */
const RESOURCE = {
  type: 10,
  properties: 18,
  urn: 26,
  name: 34,
  options: 42,
  propertyDependencies: 74,
} as const;
const OPTIONS = { protect: 8, ignoreChanges: 18 } as const;
const STACK = { resources: 10 } as const;
const PROPERTY_DEPENDENCIES = { urns: 10 } as const;
const ENTRY = { key: 10, value: 18 } as const;
const STRUCT = { fields: 10 } as const;
const LIST = { values: 10 } as const;
const VALUE = { null: 8, number: 17, string: 26, boolean: 32, struct: 42, list: 50 } as const;

const reader = new MessageReader();

/** Out of an `AnalyzeRequest`. */
export function askedResource(bytes: Buffer): AskedResource {
  return decoded(bytes, () => readResource(reader.end)) ?? ofMessage(AnalyzeRequest.deserializeBinary(bytes));
}

/** Out of an `AnalyzeStackRequest`. */
export function askedStack(bytes: Buffer): AskedResource[] {
  return (
    decoded(bytes, readStack) ??
    AnalyzeStackRequest.deserializeBinary(bytes).getResourcesList().map(ofMessage)
  );
}

/** Undefined where the SDK's own reader must tell what the bytes mean. */
function decoded<Message>(bytes: Buffer, read: () => Message): Message | undefined {
  reader.read(bytes);
  try {
    return read();
  } catch (error) {
    if (error instanceof MessageError) return undefined;
    throw error;
  }
}

function ofMessage(message: AnalyzeRequest | AnalyzerResource): AskedResource {
  const options = message.getOptions();
  const links: [string, string[]][] = [];
  if ("getPropertydependenciesMap" in message) {
    message
      .getPropertydependenciesMap()
      .forEach((dependencies, property) => links.push([property, dependencies.getUrnsList()]));
  }
  return {
    type: message.getType(),
    name: message.getName(),
    urn: message.getUrn(),
    properties: message.getProperties()?.toJavaScript() ?? {},
    options: options && { protect: options.getProtect(), ignoreChanges: options.getIgnorechangesList() },
    propertyDependencies: links,
  };
}

function readStack(): AskedResource[] {
  const resources: AskedResource[] = [];
  const { end } = reader;
  while (reader.isBefore(end)) {
    const tag = reader.varint();
    if (tag === STACK.resources) resources.push(readResource(reader.enclosed()));
    else reader.skip(tag);
  }
  return resources;
}

function readResource(end: number): AskedResource {
  let [type, name, urn] = ["", "", ""];
  let properties: Record<string, unknown> = {};
  let options: ResourceOptions | undefined;
  const propertyDependencies: [string, string[]][] = [];
  while (reader.isBefore(end)) {
    const tag = reader.varint();
    if (tag === RESOURCE.type) type = reader.key();
    else if (tag === RESOURCE.properties) properties = readStruct(reader.enclosed());
    else if (tag === RESOURCE.urn) urn = reader.text();
    else if (tag === RESOURCE.name) name = reader.text();
    else if (tag === RESOURCE.options) options = readOptions(reader.enclosed());
    else if (tag === RESOURCE.propertyDependencies) propertyDependencies.push(readLinks(reader.enclosed()));
    else reader.skip(tag);
  }
  return { type, name, urn, properties, options, propertyDependencies };
}

function readOptions(end: number): ResourceOptions {
  let protect = false;
  const ignoreChanges: string[] = [];
  while (reader.isBefore(end)) {
    const tag = reader.varint();
    if (tag === OPTIONS.protect) protect = reader.varint() !== 0;
    else if (tag === OPTIONS.ignoreChanges) ignoreChanges.push(reader.text());
    else reader.skip(tag);
  }
  return { protect, ignoreChanges };
}

function readLinks(end: number): [string, string[]] {
  let property = "";
  const urns: string[] = [];
  while (reader.isBefore(end)) {
    const tag = reader.varint();
    if (tag === ENTRY.key) property = reader.key();
    else if (tag === ENTRY.value) readUrns(reader.enclosed(), urns);
    else reader.skip(tag);
  }
  return [property, urns];
}

function readUrns(end: number, urns: string[]): void {
  while (reader.isBefore(end)) {
    const tag = reader.varint();
    if (tag === PROPERTY_DEPENDENCIES.urns) urns.push(reader.text());
    else reader.skip(tag);
  }
}

/** Its keys in google-protobuf's order, whatever the engine's: what a rule tells does not hang on a map's order. */
function readStruct(end: number): Record<string, unknown> {
  const fields: Record<string, unknown> = {};
  let [last, isSorted] = ["", true];
  while (reader.isBefore(end)) {
    expect(reader.varint() === STRUCT.fields);
    const endOfEntry = reader.enclosed();
    expect(reader.varint() === ENTRY.key);
    const key = reader.key();
    // An object has another meaning for this one.
    expect(key !== "__proto__");
    expect(reader.varint() === ENTRY.value);
    fields[key] = readValue(reader.enclosed());
    expect(!reader.isBefore(endOfEntry));
    isSorted &&= last <= key;
    last = key;
  }
  if (isSorted) return fields;
  return Object.fromEntries(
    Object.keys(fields)
      .sort()
      .map((key) => [key, fields[key]]),
  );
}

function readList(end: number): unknown[] {
  const values: unknown[] = [];
  while (reader.isBefore(end)) {
    expect(reader.varint() === LIST.values);
    values.push(readValue(reader.enclosed()));
  }
  return values;
}

function readValue(end: number): unknown {
  const value = readKind(reader.varint());
  expect(!reader.isBefore(end));
  return value;
}

function readKind(tag: number): unknown {
  switch (tag) {
    case VALUE.string:
      return reader.text();
    case VALUE.struct:
      return readStruct(reader.enclosed());
    case VALUE.list:
      return readList(reader.enclosed());
    case VALUE.boolean:
      return reader.varint() !== 0;
    case VALUE.number:
      return reader.double();
    case VALUE.null:
      reader.varint();
      return null;
    default:
      throw new MessageError("A value is of no kind that is known.");
  }
}

function expect(isSo: boolean): void {
  if (!isSo) throw new MessageError("A value is told in another order than it is written.");
}
