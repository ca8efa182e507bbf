/**
 * What the engine asks about resources, as bytes. Made without google-protobuf's objects, which for a large plan took
 * longer than anything else on this side. The fields are those of `pulumi/analyzer.proto` and
 * `google/protobuf/struct.proto`; a test holds the bytes to google-protobuf's own.
 */
import type { RecordedResource } from "../../local/recorder/recorded-resource";
import { MessageWriter } from "./message-writer";

/** How a field is written down: its number, then how its length is told. */
const VARINT = 0;
const FIXED_64 = 1;
const LENGTH = 2;
const tag = (field: number, wire: number): number => (field << 3) | wire;

/** `AnalyzeRequest`, and with the same numbers `AnalyzerResource`, which goes on with the last three. */
const RESOURCE = {
  type: tag(1, LENGTH),
  properties: tag(2, LENGTH),
  urn: tag(3, LENGTH),
  name: tag(4, LENGTH),
  options: tag(5, LENGTH),
  parent: tag(7, LENGTH),
  dependencies: tag(8, LENGTH),
  propertyDependencies: tag(9, LENGTH),
};
const OPTIONS = {
  protect: tag(1, VARINT),
  ignoreChanges: tag(2, LENGTH),
  aliases: tag(6, LENGTH),
  customTimeouts: tag(7, LENGTH),
  parent: tag(8, LENGTH),
};
const STACK = { resources: tag(1, LENGTH) };
const PROPERTY_DEPENDENCIES = { urns: tag(1, LENGTH) };
const ENTRY = { key: tag(1, LENGTH), value: tag(2, LENGTH) };
const STRUCT = { fields: tag(1, LENGTH) };
const LIST = { values: tag(1, LENGTH) };
const VALUE = {
  null: tag(1, VARINT),
  number: tag(2, FIXED_64),
  string: tag(3, LENGTH),
  boolean: tag(4, VARINT),
  struct: tag(5, LENGTH),
  list: tag(6, LENGTH),
};

const writer = new MessageWriter();

/**
 * `AnalyzeRequest`: what the engine asks about one resource.
 *
 * @throws TypeError when an input is no value of JSON.
 */
export function analyzeRequest(resource: RecordedResource): Buffer {
  const { type, inputs, urn, name } = resource;
  writer.clear();
  writeOptions(resource);
  if (name !== "") writer.text(RESOURCE.name, name);
  if (urn !== "") writer.text(RESOURCE.urn, urn);
  const end = writer.length;
  writeStruct(inputs);
  writer.enclose(RESOURCE.properties, end);
  if (type !== "") writer.text(RESOURCE.type, type);
  return writer.taken();
}

/**
 * `AnalyzeStackRequest`: what it asks about all of them, at the end.
 *
 * @param requestOf the resource's `AnalyzeRequest`, with which its part of the message begins
 */
export function analyzeStackRequest(
  resources: readonly RecordedResource[],
  requestOf: (resource: RecordedResource) => Buffer = analyzeRequest,
): Buffer {
  const parts: Buffer[] = [];
  for (const resource of resources) {
    const request = requestOf(resource);
    writeLinks(resource);
    const links = writer.taken();
    writer.varint(request.length + links.length);
    writer.byte(STACK.resources);
    parts.push(writer.taken(), request, links);
  }
  return Buffer.concat(parts);
}

function writeLinks({ parent, dependencies, propertyDependencies }: RecordedResource): void {
  for (const property of backwards(propertyDependencies)) {
    const end = writer.length;
    writeTexts(PROPERTY_DEPENDENCIES.urns, propertyDependencies[property]!);
    writer.enclose(ENTRY.value, end);
    writer.text(ENTRY.key, property);
    writer.enclose(RESOURCE.propertyDependencies, end);
  }
  writeTexts(RESOURCE.dependencies, dependencies);
  if (parent !== "") writer.text(RESOURCE.parent, parent);
}

function writeOptions({ options, parent }: RecordedResource): void {
  const end = writer.length;
  if (parent !== "") writer.text(OPTIONS.parent, parent);
  writer.varint(0);
  writer.byte(OPTIONS.customTimeouts);
  writeTexts(OPTIONS.aliases, options.aliases);
  writeTexts(OPTIONS.ignoreChanges, options.ignoreChanges);
  if (options.protect) writeBoolean(OPTIONS.protect, true);
  writer.enclose(RESOURCE.options, end);
}

function writeTexts(field: number, texts: readonly string[]): void {
  for (let index = texts.length - 1; index >= 0; index--) writer.text(field, texts[index]!);
}

function writeBoolean(field: number, value: boolean): void {
  writer.byte(value ? 1 : 0);
  writer.byte(field);
}

function writeStruct(fields: Readonly<Record<string, unknown>>): void {
  for (const key of backwards(fields)) {
    const end = writer.length;
    writeValue(fields[key]);
    writer.enclose(ENTRY.value, end);
    writer.text(ENTRY.key, key);
    writer.enclose(STRUCT.fields, end);
  }
}

/** Keys as google-protobuf sorts them, the last one first. */
function backwards(fields: object): string[] {
  return Object.keys(fields).sort().reverse();
}

function writeValue(value: unknown): void {
  if (typeof value === "string") return writer.text(VALUE.string, value);
  if (typeof value === "boolean") return writeBoolean(VALUE.boolean, value);
  if (typeof value === "number") {
    writer.double(value);
    return writer.byte(VALUE.number);
  }
  if (value === null) {
    writer.byte(0);
    return writer.byte(VALUE.null);
  }
  if (typeof value !== "object") throw new TypeError(`A plan holds no ${typeof value}.`);
  const end = writer.length;
  if (!Array.isArray(value)) {
    writeStruct(value as Record<string, unknown>);
    return writer.enclose(VALUE.struct, end);
  }
  for (let index = value.length - 1; index >= 0; index--) {
    const endOfItem = writer.length;
    writeValue(value[index]);
    writer.enclose(LIST.values, endOfItem);
  }
  writer.enclose(VALUE.list, end);
}
