/** Random pairs of contracts: no event that the old one accepts is refused by the new one, unless producers are told. */
import Ajv from "ajv";
import addFormats from "ajv-formats";
import { expect } from "chai";
import {
  type Column,
  compareContracts,
  type ColumnType,
  type DataSet,
  eventSchema,
} from "../../../components/contract";
import { readExample } from "./example";

const SEED = 20261121;
const PAIRS = 3000;

/** Numbers from 0 to 1, the same for each seed (a linear congruential generator, Numerical Recipes' constants). */
function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

const next = numbers(SEED);
const pick = <Item>(...items: readonly Item[]): Item => items[Math.floor(next() * items.length)]!;

const TYPES: readonly ColumnType[] = [
  ...(["int", "bigint", "double", "decimal(9,2)", "decimal(12,2)", "decimal(14,2)"] as const),
  ...(["boolean", "date", "timestamp", "string"] as const),
];

/** What events hold: around every limit below, and of every type. */
const VALUES = [
  ...[null, undefined, "", "a", "ab", "open", "paid", "2026-11-20", "2026-11-20T09:00:00Z", true],
  ...[0, 1, 5, 7.5, 10, -1, 2 ** 31, 2 ** 40, -(2 ** 31) - 1],
];

function randomColumn(plain: Column): Column {
  const type = pick(...TYPES);
  const text = type === "string";
  return {
    ...plain,
    name: pick("value", "value", "value", "amount"),
    sourceName: pick("value", "value", "value", "wert"),
    type,
    required: pick(true, false),
    minimum: text ? undefined : pick(undefined, 0, 5),
    maximum: text ? undefined : pick(undefined, 5, 10),
    maxLength: text ? pick(undefined, 1, 4) : undefined,
    pattern: text ? pick(undefined, "[a-z]+", "[a-z]*") : undefined,
    allowed: text ? pick(undefined, undefined, ["open"], ["open", "paid"]) : undefined,
  };
}

/** The second one is often the first with one thing changed, as contracts change. */
function randomPair(plain: Column): [Column, Column] {
  const before = randomColumn(plain);
  const other = randomColumn(plain);
  const facet = pick<keyof Column | "all">(
    ...(["all", "name", "sourceName", "type", "required"] as const),
    ...(["minimum", "maximum", "maxLength", "pattern", "allowed"] as const),
  );
  return [before, facet === "all" ? other : { ...before, [facet]: other[facet] }];
}

describe(`${PAIRS} random changes of a stream's contract, seed ${SEED}`, () => {
  const [base] = readExample().dataSets;
  const [id] = base!.columns;
  const setOf = (column: Column | undefined, keyed: boolean): DataSet => ({
    ...base!,
    quality: [],
    columns: column === undefined ? [id!] : [id!, column],
    primaryKey: keyed && column?.type === "string" ? ["id", column.name] : ["id"],
  });
  let silent = 0;
  let told = 0;
  const wrong: string[] = [];

  before(function () {
    this.timeout(60_000);
    const ajv = addFormats(new Ajv({ strict: false }));
    const plain: Column = { ...base!.columns[4]!, treatment: "keep", description: "" };
    for (let pair = 0; pair < PAIRS; pair += 1) {
      const [old, now] = randomPair(plain);
      const kind = pick("changed", "changed", "changed", "added", "removed");
      const keyed = pick(true, false, false);
      const before = setOf(kind === "added" ? undefined : old, keyed);
      const after = setOf(kind === "removed" ? undefined : now, keyed);
      const { dataSets } = compareContracts([before], [after]);
      if (dataSets.some(({ changes }) => changes.some(({ breaks }) => breaks.includes("producers")))) {
        told += 1;
        continue;
      }
      silent += 1;
      const [accepted, accepts] = [ajv.compile(eventSchema(before)), ajv.compile(eventSchema(after))];
      for (const value of VALUES) {
        const event = JSON.parse(JSON.stringify({ id: "1", [old.sourceName]: value })) as object;
        if (accepted(event) && !accepts(event)) wrong.push(JSON.stringify({ kind, old, now, value }));
      }
    }
  });

  it("refuse no event that was accepted where no producer is told", () => {
    expect(wrong).to.deep.equal([]);
    expect(silent).to.be.greaterThan(300);
  });

  it("are told in many cases", () => {
    expect(told).to.be.greaterThan(300);
  });
});
