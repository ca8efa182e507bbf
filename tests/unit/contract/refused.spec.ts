import { expect } from "chai";
import { parseContract } from "../../../components/contract";
import {
  AMOUNT,
  BUYER,
  custom,
  DT,
  type Example,
  EXAMPLE_FILE,
  ID,
  ORDERED_AT,
  property,
  readExample,
  STATE,
} from "./example";

interface BadCase {
  readonly rule: string;
  readonly change: (contract: Example) => void;
  readonly key: string;
  readonly problem?: RegExp;
}

const at = (position: number, rest = "") => `schema[0].properties[${position}]${rest}`;

/** Makes the buyer's column masked or generalised. */
function coarse(c: Example, treatment: string, kind: string, keepLast?: unknown): void {
  const keep = keepLast === undefined ? [] : [{ property: "keepLast", value: keepLast }];
  property(c, BUYER).customProperties = [
    { property: "identifierKind", value: kind },
    { property: "treatment", value: treatment },
    ...keep,
  ];
}

const UNMARKED: readonly BadCase[] = [
  {
    rule: "an unmarked column that people call like personal data",
    change: (c) => (property(c, STATE).businessName = "휴대전화"),
    key: at(STATE),
    problem: /of kind phone \(score 0\.85: its name is used for phone numbers\) and is not marked/,
  },
  {
    rule: "one whose source is called so",
    change: (c) =>
      (property(c, AMOUNT).customProperties = [{ property: "sourceName", value: "주민등록번호" }]),
    key: at(AMOUNT),
    problem: /of kind resident-number/,
  },
  {
    rule: "one whose examples show it",
    change: (c) => (property(c, STATE).examples = ["who@example.com"]),
    key: at(STATE),
    problem: /^(?!.*who@).*of kind email/,
  },
];

const NOT_PERSONAL: readonly BadCase[] = [
  {
    rule: "notPersonal without a reason",
    change: (c) => (property(c, STATE).customProperties = [{ property: "notPersonal", value: " " }]),
    key: at(STATE, ".customProperties.notPersonal"),
    problem: /no reason/,
  },
  {
    rule: "notPersonal on a personal column",
    change: (c) => custom(c, BUYER).push({ property: "notPersonal", value: "It is not." }),
    key: at(BUYER, ".customProperties.notPersonal"),
    problem: /of kind user-id/,
  },
];

const COARSE: readonly BadCase[] = [
  ...[undefined, 0, -1, 1.5].map((keepLast) => ({
    rule: `a mask that keeps ${keepLast ?? "nobody knows how many"}`,
    change: (c: Example) => coarse(c, "mask", "phone", keepLast),
    key: at(1, ".customProperties.keepLast"),
  })),
  {
    rule: "a mask that keeps a word",
    change: (c) => coarse(c, "drop", "phone", "four"),
    key: at(1, ".customProperties.keepLast"),
    problem: /"four"/,
  },
  {
    rule: "a mask that keeps more than half of the longest value",
    change: (c) => {
      coarse(c, "mask", "phone", 5);
      property(c, BUYER).logicalTypeOptions = { maxLength: 9 };
    },
    key: at(1, ".customProperties.keepLast"),
    problem: /is 5/,
  },
  {
    rule: "keepLast beside another treatment",
    change: (c) => coarse(c, "pseudonymise", "phone", 4),
    key: at(1, ".customProperties.keepLast"),
    problem: /beside treatment pseudonymise/,
  },
  {
    rule: "a mask without a kind",
    change: (c) => {
      coarse(c, "mask", "phone", 4);
      custom(c, BUYER).shift();
    },
    key: at(1, ".customProperties.treatment"),
    problem: /without an identifierKind/,
  },
  {
    rule: "a masked resident number",
    change: (c) => coarse(c, "mask", "resident-number", 4),
    key: at(1, ".customProperties.treatment"),
  },
  {
    rule: "a masked number",
    change: (c) => {
      coarse(c, "mask", "phone", 4);
      property(c, BUYER).logicalType = "integer";
    },
    key: at(1, ".logicalType"),
  },
  ...["mask", "generalise"].map((treatment) => ({
    rule: `a primary key under ${treatment}`,
    change: (c: Example) => {
      coarse(c, treatment, "address", treatment === "mask" ? 4 : undefined);
      Object.assign(property(c, BUYER), { primaryKey: true, required: true });
    },
    key: at(1, ".customProperties.treatment"),
    problem: /part of the primary key/,
  })),
  {
    rule: "a generalised e-mail address",
    change: (c) => coarse(c, "generalise", "email"),
    key: at(1, ".customProperties.treatment"),
    problem: /of kind email/,
  },
  {
    rule: "a generalised address that is a date",
    change: (c) => {
      coarse(c, "generalise", "address");
      property(c, BUYER).logicalType = "date";
    },
    key: at(1, ".logicalType"),
  },
];

const BAD: readonly BadCase[] = [
  {
    rule: "a missing key of the standard",
    change: (c) => delete c.status,
    key: "status",
    problem: /missing/,
  },
  { rule: "an unknown key", change: (c) => (c.owner = "x"), key: "owner", problem: /no key of ODCS/ },
  {
    rule: "a misspelt key of a property",
    change: (c) => (property(c, ID).clasification = "x"),
    key: at(0, ".clasification"),
    problem: /no key of ODCS/,
  },
  {
    rule: "a wrong type",
    change: (c) => (property(c, ID).required = "yes"),
    key: at(0, ".required"),
    problem: /string/,
  },
  { rule: "another standard", change: (c) => (c.apiVersion = "v9"), key: "apiVersion", problem: /"v9"/ },
  { rule: "an older standard", change: (c) => (c.apiVersion = "v2.2.2"), key: "apiVersion" },
  { rule: "another kind", change: (c) => (c.kind = "Other"), key: "kind" },
  { rule: "an id that is not domain.name", change: (c) => (c.id = "orders"), key: "id", problem: /"orders"/ },
  { rule: "a domain in capitals", change: (c) => (c.domain = "Shop"), key: "domain" },
  {
    rule: "a table name with a hyphen",
    change: (c) => (c.schema[0].name = "my-orders"),
    key: "schema[0].name",
  },
  { rule: "a version in two numbers", change: (c) => (c.version = "1.0"), key: "version" },
  { rule: "no purpose", change: (c) => delete c.description, key: "description.purpose" },
  {
    rule: "no description of a row",
    change: (c) => delete c.schema[0].description,
    key: "schema[0].description",
  },
  { rule: "no team", change: (c) => delete c.team, key: "team" },
  {
    rule: "a team in the old form",
    change: (c) => (c.team = [{ username: "u" }]),
    key: "team",
    problem: /list/,
  },
  { rule: "a team without a name", change: (c) => (c.team = {}), key: "team.name" },
  {
    rule: "two tables",
    change: (c) => c.schema.push({ ...c.schema[0] }),
    key: "schema",
    problem: /2 objects/,
  },
  { rule: "no columns", change: (c) => (c.schema[0].properties = []), key: "schema[0].properties" },
  { rule: "no ingestion", change: (c) => c.customProperties.shift(), key: "customProperties.ingestion" },
  {
    rule: "an unknown time zone",
    change: (c) => c.customProperties.push({ property: "timeZone", value: "Seoul" }),
    key: "customProperties.timeZone",
  },
  {
    rule: "an unknown delimiter",
    change: (c) => c.customProperties.push({ property: "delimiter", value: "::" }),
    key: "customProperties.delimiter",
  },
  {
    rule: "a stream without a rate",
    change: (c) => c.customProperties.splice(1, 1),
    key: "customProperties.eventsPerSecond",
  },
  { rule: "no size", change: (c) => c.customProperties.pop(), key: "customProperties.eventBytes" },
  { rule: "no retention", change: (c) => (c.slaProperties = []), key: "slaProperties" },
  { rule: "a retention in hours", change: (c) => (c.slaProperties[0].unit = "h"), key: "slaProperties[0]" },
  {
    rule: "a name that is not snake case",
    change: (c) => (property(c, ID).name = "주문"),
    key: at(0, ".name"),
  },
  {
    rule: "another physical name",
    change: (c) => (property(c, ID).physicalName = "no"),
    key: at(0, ".physicalName"),
  },
  {
    rule: "no column description",
    change: (c) => delete property(c, ID).description,
    key: at(0, ".description"),
  },
  { rule: "no logical type", change: (c) => delete property(c, ID).logicalType, key: at(0, ".logicalType") },
  {
    rule: "a nested type",
    change: (c) => (property(c, ID).logicalType = "array"),
    key: at(0, ".logicalType"),
  },
  {
    rule: "types that disagree",
    change: (c) => (property(c, ID).physicalType = "int"),
    key: at(0, ".physicalType"),
  },
  {
    rule: "a decimal of too many digits",
    change: (c) => (property(c, AMOUNT).physicalType = "decimal(40,2)"),
    key: at(3, ".physicalType"),
  },
  {
    rule: "an unknown classification",
    change: (c) => (property(c, AMOUNT).classification = "secret"),
    key: at(3, ".classification"),
    problem: /is "secret"/,
  },
  {
    rule: "no classification",
    change: (c) => delete property(c, AMOUNT).classification,
    key: at(3, ".classification"),
  },
  {
    rule: "an unknown identifier kind",
    change: (c) => (custom(c, BUYER)[0].value = "passport"),
    key: at(1, ".customProperties.identifierKind"),
  },
  {
    rule: "a personal column without a treatment",
    change: (c) => custom(c, BUYER).pop(),
    key: at(1, ".customProperties.treatment"),
    problem: /missing/,
  },
  {
    rule: "an unknown treatment",
    change: (c) => (custom(c, BUYER)[1].value = "shuffle"),
    key: at(1, ".customProperties.treatment"),
    problem: /"shuffle"/,
  },
  {
    rule: "a personal column that is kept",
    change: (c) => (custom(c, BUYER)[1].value = "keep"),
    key: at(1, ".customProperties.treatment"),
  },
  {
    rule: "a pseudonym without a kind",
    change: (c) => custom(c, BUYER).shift(),
    key: at(1, ".customProperties.treatment"),
    problem: /without an identifierKind/,
  },
  {
    rule: "a personal column that is not restricted",
    change: (c) => (property(c, BUYER).classification = "internal"),
    key: at(1, ".classification"),
  },
  {
    rule: "a pseudonymised resident number",
    change: (c) => (custom(c, BUYER)[0].value = "resident-number"),
    key: at(1, ".customProperties.treatment"),
  },
  {
    rule: "a pseudonymised number",
    change: (c) => (property(c, BUYER).logicalType = "integer"),
    key: at(1, ".logicalType"),
  },
  ...COARSE,
  ...NOT_PERSONAL,
  ...UNMARKED,
  {
    rule: "a pattern that is none",
    change: (c) => (property(c, STATE).logicalTypeOptions = { pattern: "(" }),
    key: at(4, ".logicalTypeOptions.pattern"),
  },
  {
    rule: "a minimum above the maximum",
    change: (c) => (property(c, AMOUNT).logicalTypeOptions = { minimum: 2, maximum: 1 }),
    key: at(3, ".logicalTypeOptions"),
  },
  {
    rule: "a list of values for a number",
    change: (c) => Object.assign(property(c, STATE), { logicalType: "integer", logicalTypeOptions: {} }),
    key: at(4, ".quality"),
  },
  {
    rule: "the same column twice",
    change: (c) => (property(c, STATE).name = "id"),
    key: at(0),
    problem: /twice/,
  },
  {
    rule: "the same source twice",
    change: (c) => (property(c, STATE).customProperties = [{ property: "sourceName", value: "id" }]),
    key: "schema[0].properties",
    problem: /source "id"/,
  },
  { rule: "a reserved name", change: (c) => (property(c, STATE).name = "pseudonym_epoch"), key: at(4) },
  { rule: "no primary key", change: (c) => delete property(c, ID).primaryKey, key: "schema[0].properties" },
  {
    rule: "an optional primary key",
    change: (c) => delete property(c, ID).required,
    key: at(0, ".required"),
  },
  {
    rule: "a dropped primary key",
    change: (c) => {
      Object.assign(property(c, BUYER), { primaryKey: true, required: true });
      custom(c, BUYER)[1].value = "drop";
    },
    key: at(1),
    problem: /dropped/,
  },
  { rule: "no partition", change: (c) => c.schema[0].properties.pop(), key: "schema[0].properties" },
  { rule: "another partition", change: (c) => (property(c, DT).name = "day"), key: "schema[0].properties" },
  {
    rule: "a stream without a partition source",
    change: (c) => delete property(c, DT).transformSourceObjects,
    key: at(5, ".transformSourceObjects"),
    problem: /missing/,
  },
  {
    rule: "two partition sources",
    change: (c) => (property(c, DT).transformSourceObjects = ["ordered_at", "id"]),
    key: at(5, ".transformSourceObjects"),
  },
  {
    rule: "a partition source that is no column",
    change: (c) => (property(c, DT).transformSourceObjects = ["when"]),
    key: at(5, ".transformSourceObjects"),
    problem: /no column/,
  },
  {
    rule: "a partition source that is no timestamp",
    change: (c) => (property(c, DT).transformSourceObjects = ["id"]),
    key: at(5, ".transformSourceObjects"),
  },
  {
    rule: "an optional partition source",
    change: (c) => delete property(c, ORDERED_AT).required,
    key: at(5, ".transformSourceObjects"),
  },
  ...[
    { rule: "an SQL rule", quality: { type: "sql", query: "select 1", mustBe: 0 }, key: ".type" },
    { rule: "a metric that is not run", quality: { metric: "missingValues", mustBe: 0 }, key: ".metric" },
    { rule: "an unknown unit", quality: { metric: "rowCount", mustBe: 1, unit: "files" }, key: ".unit" },
    {
      rule: "an unknown severity",
      quality: { metric: "rowCount", mustBe: 1, severity: "info" },
      key: ".severity",
    },
    { rule: "an operator that is not run", quality: { metric: "rowCount", mustNotBe: 1 }, key: "" },
    {
      rule: "an open end in percent",
      quality: {
        metric: "nullValues",
        arguments: { properties: ["id"] },
        mustBeLessThan: 1,
        unit: "percent",
      },
      key: "",
    },
    {
      rule: "no columns for a metric",
      quality: { metric: "nullValues", mustBe: 0 },
      key: ".arguments.properties",
    },
  ].map(({ rule, quality, key }) => ({
    rule: `a quality rule with ${rule}`,
    change: (c: Example) => void (c.schema[0].quality = [quality]),
    key: `schema[0].quality[0]${key}`,
  })),
  {
    rule: "a quality rule about an unknown column",
    change: (c) =>
      c.schema[0].quality.push({ metric: "nullValues", arguments: { properties: ["nobody"] }, mustBe: 0 }),
    key: "schema[0].quality",
    problem: /"nobody"/,
  },
  {
    rule: "two quality rules of one name",
    change: (c) => c.schema[0].quality.push(c.schema[0].quality[0]),
    key: "schema[0].quality",
    problem: /two rules/,
  },
  {
    rule: "a row count in a column",
    change: (c) => (property(c, ID).quality = [{ metric: "rowCount", mustBe: 1 }]),
    key: at(0, ".quality[0]"),
  },
];

describe("a contract is refused for", () => {
  for (const { rule, change, key, problem } of BAD) {
    it(rule, () => {
      const { problems } = readExample(change);
      const found = problems.filter((candidate) => candidate.key === key);
      expect(found, JSON.stringify(problems)).to.have.length(1);
      expect(found[0].file).to.equal(EXAMPLE_FILE);
      expect(found[0].fix).not.to.equal("");
      if (problem !== undefined) expect(found[0].problem).to.match(problem);
    });
  }

  it("YAML that is none, with the line", () => {
    const { problems } = parseContract("a: 1\nb: [\n", "x.odcs.yaml");
    expect(problems[0].key).to.match(/^line \d$/);
    expect(problems[0].problem).to.match(/no valid YAML/);
  });

  it("being no mapping at all", () => {
    expect(parseContract("- 1\n", "x.odcs.yaml").problems[0].problem).to.match(/list/);
    expect(parseContract("", "x.odcs.yaml").problems[0].problem).to.match(/empty/);
  });
});
