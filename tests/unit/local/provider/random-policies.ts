/** Policy documents made of a seed, the same in other forms, and with one part changed. */
import { createHash } from "node:crypto";

type Document = Record<string, unknown>;
type Path = readonly (string | number)[];

/** The same choices for the same seed. */
export class Choices {
  private taken = 0;

  constructor(private readonly seed: string) {}

  /** A whole number from 0, below `count`. */
  below(count: number): number {
    this.taken += 1;
    const digest = createHash("sha256").update(`${this.seed} ${this.taken}`).digest();
    return digest.readUInt32BE() % count;
  }

  of<Item>(items: readonly Item[]): Item {
    return items[this.below(items.length)]!;
  }

  /** Some of them, at least one, in any order. */
  some<Item>(items: readonly Item[]): Item[] {
    return this.shuffled(items).slice(0, 1 + this.below(items.length));
  }

  shuffled<Item>(items: readonly Item[]): Item[] {
    const left = [...items];
    return items.map(() => left.splice(this.below(left.length), 1)[0]!);
  }
}

const ACTIONS = ["sqs:SendMessage", "sqs:ReceiveMessage", "sqs:DeleteMessage"];
const RESOURCES = [
  "arn:aws:sqs:ap-northeast-2:000000000000:one",
  "arn:aws:sqs:ap-northeast-2:000000000000:two",
];
const PRINCIPALS = ["000000000001", "arn:aws:iam::000000000002:root", "arn:aws:iam::000000000003:role/three"];
const CONDITIONS = { StringLike: { "aws:SourceArn": RESOURCES }, Bool: { "aws:SecureTransport": ["false"] } };

export function policy(choices: Choices): Document {
  const statements = Array.from({ length: 1 + choices.below(3) }, (_, at) => ({
    Sid: `Statement${at}`,
    Effect: choices.of(["Allow", "Deny"]),
    Principal: choices.of<unknown>([
      "*",
      { AWS: choices.some(PRINCIPALS) },
      { Service: "events.amazonaws.com" },
    ]),
    [choices.of(["Action", "NotAction"])]: choices.some(ACTIONS),
    Resource: choices.some(RESOURCES),
    ...(choices.below(2) === 0 && { Condition: CONDITIONS }),
  }));
  return { Version: "2012-10-17", Id: "policy", Statement: statements };
}

/** What IAM reads as the same. */
export function otherForm(document: unknown, choices: Choices): unknown {
  if (Array.isArray(document)) {
    const items = choices.shuffled(document).map((item) => otherForm(item, choices));
    return items.length === 1 && choices.below(2) === 0 ? items[0] : items;
  }
  if (typeof document === "string") {
    const account = /^(\d{12})$|^arn:aws:iam::(\d{12}):root$/.exec(document);
    const id = account?.[1] ?? account?.[2];
    return id === undefined ? document : choices.of([id, `arn:aws:iam::${id}:root`]);
  }
  if (typeof document !== "object" || document === null) return document;
  const parts = choices.shuffled(Object.entries(document));
  return Object.fromEntries(parts.map(([key, value]) => [key, otherForm(value, choices)]));
}

export function leavesOf(value: unknown, at: Path = []): Path[] {
  if (typeof value !== "object" || value === null) return [at];
  return Object.entries(value).flatMap(([key, part]) =>
    leavesOf(part, [...at, Array.isArray(value) ? Number(key) : key]),
  );
}

/** @param leaf what stands there instead; undefined takes it away. */
export function withLeaf(value: unknown, [key, ...rest]: Path, leaf: string | undefined): unknown {
  if (key === undefined) return leaf;
  const changed = withLeaf((value as Document)[key], rest, leaf);
  if (Array.isArray(value)) {
    return value.flatMap((item, at) => (at !== key ? [item] : changed === undefined ? [] : [changed]));
  }
  const { [key]: _old, ...others } = value as Document;
  return changed === undefined ? others : { ...others, [key]: changed };
}
