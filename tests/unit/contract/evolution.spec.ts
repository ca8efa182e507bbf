import Ajv from "ajv";
import addFormats from "ajv-formats";
import { expect } from "chai";
import {
  compareContracts,
  type ContractChange,
  type DataSet,
  eventSchema,
} from "../../../components/contract";
import {
  AMOUNT,
  BUYER,
  custom,
  DT,
  type Example,
  ID,
  ORDERED_AT,
  property,
  readExample,
  STATE,
} from "./example";

type Change = (contract: Example) => void;

function read(change?: Change): DataSet {
  const { dataSets, problems } = readExample(change);
  expect(problems).to.deep.equal([]);
  return dataSets[0]!;
}

/** What changes when `after` follows `before`. */
function changes(after: Change, before?: Change): readonly ContractChange[] {
  return compareContracts([read(before)], [read(after)]).dataSets[0]?.changes ?? [];
}

function short({ kind, column, step, breaks }: ContractChange): string {
  const where = column === undefined ? kind : `${kind} ${column}`;
  return breaks.length === 0 ? `${step}: ${where}` : `${step}: ${where} (${breaks.join(" ")})`;
}

const READERS = "athena spark bi";
const csv: Change = (contract) => {
  contract.customProperties[0]!.value = "csv";
};
const both =
  (...parts: Change[]): Change =>
  (contract) =>
    parts.forEach((part) => part(contract));
const set =
  (position: number, facts: object): Change =>
  (contract) =>
    void Object.assign(property(contract, position), facts);
const note = {
  name: "note",
  description: "What the buyer wrote.",
  logicalType: "string",
  classification: "internal",
};
const addNote =
  (facts: object = {}): Change =>
  (contract) =>
    void contract.schema[0]!.properties.splice(DT, 0, { ...note, ...facts });
const treat =
  (treatment: string, kind = "user-id", ...more: { property: string; value: unknown }[]): Change =>
  (contract) =>
    void Object.assign(property(contract, BUYER), {
      customProperties: [
        { property: "identifierKind", value: kind },
        { property: "treatment", value: treatment },
        ...more,
      ],
    });
const notPersonal = [{ property: "notPersonal", value: "States of our own." }];
const type = (physicalType: string): Change =>
  set(AMOUNT, { physicalType, logicalType: physicalType.endsWith("int") ? "integer" : "number" });

describe("ten kinds of change of a contract", () => {
  const CASES: Record<string, [after: Change, told: string[], before?: Change]> = {
    "an optional column added to a stream": [addNote(), ["minor: column added note"]],
    "a required column added to a stream": [
      addNote({ required: true }),
      ["major: column added note (producers)"],
    ],
    "a column added to CSV files": [both(csv, addNote()), ["major: column added note (producers)"], csv],
    "a column renamed, its source kept": [
      set(STATE, { name: "status", customProperties: [{ property: "sourceName", value: "state" }] }),
      [`major: column renamed status (${READERS})`],
    ],
    "a column renamed, its source too": [
      set(STATE, { name: "status" }),
      [`major: column renamed status (${READERS})`, "major: source name status (producers)"],
    ],
    "a decimal widened within its storage": [type("decimal(14,2)"), ["minor: type widened amount"]],
    "a decimal widened beyond its storage": [
      type("decimal(20,2)"),
      [`major: type widened amount (${READERS})`],
    ],
    "an int widened to bigint": [type("bigint"), ["major: type widened amount (spark)"], type("int")],
    "a bigint narrowed to int": [
      type("int"),
      [`major: type narrowed amount (producers ${READERS})`],
      type("bigint"),
    ],
    "a number that becomes text": [
      (contract) => {
        const amount = property(contract, AMOUNT);
        Object.assign(amount, { logicalType: "string", physicalType: "string", logicalTypeOptions: {} });
      },
      [`major: type changed amount (producers ${READERS})`, "minor: limits loosened amount"],
    ],
    "a column dropped": [
      (contract) => void contract.schema[0]!.properties.splice(AMOUNT, 1),
      [`major: column removed amount (producers ${READERS})`],
    ],
    "columns in another order": [
      (contract) => void contract.schema[0]!.properties.reverse(),
      ["patch: columns reordered"],
    ],
    "a column that may be null now": [
      set(STATE, { required: false }),
      ["minor: nullability state"],
      set(STATE, { required: true }),
    ],
    "a column that may not be null any more": [
      set(STATE, { required: true }),
      ["major: nullability state (producers)"],
    ],
    "another timestamp for the partition": [
      both(
        addNote({ name: "paid_at", logicalType: "timestamp", required: true }),
        (contract) => void (property(contract, DT + 1).transformSourceObjects = ["paid_at"]),
      ),
      [`major: partition (${READERS})`],
      addNote({ name: "paid_at", logicalType: "timestamp", required: true }),
    ],
    "a class raised": [
      set(STATE, { classification: "confidential" }),
      [`major: classification state (${READERS})`],
    ],
    "a class lowered": [set(STATE, { classification: "public" }), ["minor: classification state"]],
    "a longer retention": [(contract) => void (contract.slaProperties[0]!.value = 3), ["minor: retention"]],
    "a shorter retention": [
      (contract) => void (contract.slaProperties[0]!.value = 1),
      [`major: retention (${READERS})`],
    ],
  };

  for (const [name, [after, told, before]] of Object.entries(CASES)) {
    it(`tells ${name}`, () => {
      expect(changes(after, before).map(short)).to.deep.equal(told);
    });
  }

  const SAMPLE = {
    id: "1",
    buyer: "nobody",
    ordered_at: "2026-11-20T09:00:00+09:00",
    amount: 12,
    state: "open",
  };
  const EVENTS = [SAMPLE, { ...SAMPLE, buyer: null, amount: null }, { ...SAMPLE, amount: 1234567890 }];

  it("and no event is refused after a change that breaks no producer", () => {
    const ajv = addFormats(new Ajv());
    let compared = 0;
    for (const [name, [after, , before]] of Object.entries(CASES)) {
      const [old, now] = [read(before), read(after)];
      if (old.ingestion !== "stream") continue;
      if (changes(after, before).some(({ breaks }) => breaks.includes("producers"))) continue;
      const [accepted, accepts] = [ajv.compile(eventSchema(old)), ajv.compile(eventSchema(now))];
      for (const event of EVENTS.filter((each) => accepted(each))) {
        expect(accepts(event), name).to.equal(true);
        compared += 1;
      }
    }
    expect(compared).to.be.greaterThan(15);
  });
});

describe("other changes of a contract", () => {
  const CASES: Record<string, [after: Change, told: string[], before?: Change]> = {
    "a tighter limit": [
      set(AMOUNT, { logicalTypeOptions: { minimum: 1 } }),
      ["major: limits tightened amount (producers)"],
    ],
    "a looser limit": [set(AMOUNT, { logicalTypeOptions: {} }), ["minor: limits loosened amount"]],
    "another pattern and a longer text": [
      set(STATE, { logicalTypeOptions: { pattern: "[a-z]*", maxLength: 9 } }),
      ["minor: limits loosened state", "major: limits tightened state (producers)"],
    ],
    "an allowed value more": [
      (contract) => {
        const [rule] = property(contract, STATE).quality as { arguments: object }[];
        rule!.arguments = { validValues: ["paid", "open", "sent"] };
      },
      ["minor: limits loosened state"],
    ],
    "an allowed value less": [
      (contract) => {
        const [rule] = property(contract, STATE).quality as { arguments: object }[];
        rule!.arguments = { validValues: ["open"] };
      },
      ["major: limits tightened state (producers)"],
    ],
    "the name of a key": [
      set(ID, { name: "order_id" }),
      [`major: column renamed order_id (${READERS})`, "major: source name order_id (producers)"],
    ],
    "another identifier kind": [
      treat("pseudonymise", "student-id"),
      [`major: identifier kind buyer (producers ${READERS})`],
    ],
    "a pseudonym that becomes a mask": [
      treat("mask", "user-id", { property: "keepLast", value: 2 }),
      [`major: treatment buyer (${READERS})`],
    ],
    "a pseudonym that is dropped": [treat("drop"), [`major: treatment buyer (${READERS})`]],
    "a dropped column that gets a pseudonym": [
      treat("pseudonymise"),
      ["major: treatment buyer (producers)"],
      treat("drop"),
    ],
    "the name of a dropped column": [
      both(treat("drop"), (contract) => {
        property(contract, BUYER).name = "customer";
        custom(contract, BUYER).push({ property: "sourceName", value: "buyer" });
      }),
      ["patch: column renamed customer"],
      treat("drop"),
    ],
    "another time zone": [
      (contract) => void contract.customProperties.push({ property: "timeZone", value: "Europe/Berlin" }),
      [`major: time zone (${READERS})`],
    ],
    "a column more in the key": [
      set(ORDERED_AT, { primaryKey: true }),
      [`major: primary key (producers ${READERS})`],
    ],
    "a column less in the key": [
      () => undefined,
      [`major: primary key (${READERS})`],
      set(ORDERED_AT, { primaryKey: true }),
    ],
    "a reason why a column is not personal": [
      set(STATE, { customProperties: notPersonal }),
      ["patch: not personal state"],
    ],
    "such a reason taken away": [
      () => undefined,
      ["major: not personal state (producers)"],
      set(STATE, { customProperties: notPersonal }),
    ],
    "another way in": [csv, [`major: ingestion (producers ${READERS})`, "patch: sizing"]],
    "another separator": [
      both(csv, (contract) => void contract.customProperties.push({ property: "delimiter", value: ";" })),
      ["major: delimiter (producers)"],
      csv,
    ],
    "a stricter rule": [
      (contract) => {
        contract.schema[0]!.quality = [
          { name: "orders came", metric: "rowCount", mustBeGreaterThan: 9, unit: "rows" },
        ];
      },
      ["major: quality rule (producers)"],
    ],
    "a rule less": [(contract) => void (contract.schema[0]!.quality = []), ["minor: quality rule"]],
    "other words": [
      both(set(ID, { description: "The order's number." }), (contract) => {
        contract.team = { name: "Sales" };
      }),
      ["patch: documentation id", "patch: documentation"],
    ],
    "more events": [(contract) => void (contract.customProperties[1]!.value = 50), ["patch: sizing"]],
    nothing: [() => undefined, []],
  };

  for (const [name, [after, told, before]] of Object.entries(CASES)) {
    it(`tell ${name}`, () => {
      expect(changes(after, before).map(short)).to.deep.equal(told);
    });
  }

  it("break no producer of a derived set, which has none", () => {
    const derived: Change = (contract) => void (contract.customProperties[0]!.value = "derived");
    expect(changes(both(derived, addNote({ required: true })), derived).map(short)).to.deep.equal([
      "minor: column added note",
    ]);
    expect(changes(both(derived, set(STATE, { required: true })), derived).map(short)).to.deep.equal([
      "minor: nullability state",
    ]);
  });
});

describe("changes to be reviewed by a person", () => {
  const reviews = (after: Change, before?: Change): (string | undefined)[] =>
    changes(after, before).flatMap(({ review }) => (review === undefined ? [] : [review]));
  const keep: Change = both(set(BUYER, { classification: "internal" }), (contract) => {
    property(contract, BUYER).customProperties = [{ property: "notPersonal", value: "Numbers of shops." }];
  });

  it("are a pseudonymised column that is kept, by name, and the reason it is given", () => {
    expect(reviews(keep)).to.deep.equal([
      "buyer becomes clearer outside the closed zone (pseudonymise to keep)",
      "buyer is said not to be personal",
    ]);
  });

  it("are a dropped column that is stored, a mask that shows more and a lower class", () => {
    const mask = (shown: number) => treat("mask", "user-id", { property: "keepLast", value: shown });
    expect(reviews(treat("pseudonymise"), treat("drop"))).to.have.length(1);
    expect(reviews(mask(4), mask(2))).to.deep.equal(["buyer shows 4 characters instead of 2"]);
    expect(reviews(set(STATE, { classification: "public" }))).to.deep.equal([
      "more people may read state, in files of before too",
    ]);
  });

  it("are people's data that is kept longer", () => {
    const longer: Change = (contract) => void (contract.slaProperties[0]!.value = 5);
    expect(reviews(longer)).to.deep.equal(["data about people is kept longer"]);
    const noBuyer: Change = (contract) => void contract.schema[0]!.properties.splice(BUYER, 1);
    expect(reviews(both(noBuyer, longer), noBuyer)).to.deep.equal([]);
  });

  it("are not those that tell less", () => {
    expect(reviews(treat("drop"))).to.deep.equal([]);
    expect(reviews(treat("pseudonymise"), keep)).to.deep.equal([]);
  });
});
