import { randomBytes } from "node:crypto";
import { expect } from "chai";
import { equivalent, typesWithForms } from "../../../../local/provider/equivalence";
import { difference } from "../../../../local/provider/difference";
import { secret } from "../../../../local/provider/wire";
import { TYPES } from "../../../../local/provider/types";
import { Choices, leavesOf, otherForm, policy, withLeaf } from "./random-policies";

const QUEUE = "aws:sqs/queue:Queue";
const POLICY = "aws:sqs/queuePolicy:QueuePolicy";
/** By SEED=… in the environment a run is had again. */
const SEED = process.env.SEED ?? randomBytes(4).toString("hex");
const CASES = 80;

const paths = (type: string, olds: object, news: object) =>
  difference(type, { ...olds }, { ...news }).changes.map(({ path }) => path);

describe(`inputs in another form (SEED=${SEED})`, () => {
  it("policies say the same as text or object, in any order, with one or a list of one", () => {
    for (let at = 0; at < CASES; at += 1) {
      const choices = new Choices(`${SEED}/${at}`);
      const document = policy(choices);
      const other = otherForm(document, choices);
      const why = `case ${at}: ${JSON.stringify(document)} and ${JSON.stringify(other)}`;
      expect(equivalent(POLICY, "policy", document, other), why).to.equal(true);
      expect(equivalent(POLICY, "policy", JSON.stringify(other, null, 2), document), why).to.equal(true);
    }
  });

  it("no change of any part of a policy is hidden by its form", () => {
    for (let at = 0; at < CASES; at += 1) {
      const choices = new Choices(`${SEED}/${at}`);
      const document = policy(choices);
      for (const path of leavesOf(document)) {
        const changed = otherForm(withLeaf(document, path, "changed"), choices);
        const why = `case ${at}, ${path.join(".")}: ${JSON.stringify(document)}`;
        expect(equivalent(POLICY, "policy", JSON.stringify(document), changed), why).to.equal(false);
        const without = otherForm(withLeaf(document, path, undefined), choices);
        expect(equivalent(POLICY, "policy", document, without), why).to.equal(false);
      }
    }
  });

  it("a policy that differs is told by the part that does, a text as a whole", () => {
    const statement = { Effect: "Allow", Action: ["sqs:SendMessage"], Resource: "*" };
    const held = { Version: "2012-10-17", Statement: [statement] };
    const asked = { ...held, Statement: [{ ...statement, Resource: "arn" }] };
    expect(paths(POLICY, { policy: held }, { policy: asked })).to.deep.equal([
      "policy.Statement[0].Resource",
    ]);
    expect(paths(POLICY, { policy: JSON.stringify(held) }, { policy: asked })).to.deep.equal(["policy"]);
    expect(paths(POLICY, { policy: secret(JSON.stringify(held)) }, { policy: held })).to.deep.equal([]);
  });

  it("other documents have lists in an order, and texts that are none are compared as they are", () => {
    const rule = "aws:cloudwatch/eventRule:EventRule";
    const pattern = '{"source": ["a", "b"], "detail": {}}';
    expect(equivalent(rule, "eventPattern", pattern, '{"detail":{},"source":["a","b"]}')).to.equal(true);
    expect(equivalent(rule, "eventPattern", pattern, '{"detail":{},"source":["b","a"]}')).to.equal(false);
    expect(equivalent(rule, "description", '{"a": 1}', '{"a":1}')).to.equal(false);
    expect(equivalent(rule, "eventPattern", "no document", "no  document")).to.equal(false);
  });
});

describe("inputs that nobody wrote", () => {
  it("are what the service does: said or unsaid, no other value", () => {
    expect(paths(QUEUE, { delaySeconds: 0 }, {})).to.deep.equal([]);
    expect(paths(QUEUE, {}, { delaySeconds: 0 })).to.deep.equal([]);
    expect(paths(QUEUE, { delaySeconds: 5 }, {})).to.deep.equal(["delaySeconds"]);
    expect(paths(QUEUE, {}, { delaySeconds: 5 })).to.deep.equal(["delaySeconds"]);
  });

  it("stay as the service has them where it fills them in, until somebody asks for something", () => {
    expect(paths(QUEUE, { kmsDataKeyReusePeriodSeconds: 300 }, {})).to.deep.equal([]);
    expect(paths(QUEUE, {}, { kmsDataKeyReusePeriodSeconds: 300 })).to.have.length(1);
    expect(
      paths(QUEUE, { kmsDataKeyReusePeriodSeconds: 300 }, { kmsDataKeyReusePeriodSeconds: 60 }),
    ).to.have.length(1);
  });

  it("leave a rule disabled where no program says its state, as AWS's provider does", () => {
    const rule = "aws:cloudwatch/eventRule:EventRule";
    expect(paths(rule, { state: "DISABLED" }, {})).to.deep.equal([]);
    expect(paths(rule, {}, { state: "ENABLED" })).to.deep.equal([]);
    expect(paths(rule, { state: "DISABLED" }, { state: "ENABLED" })).to.deep.equal(["state"]);
  });

  it("are as good as an empty list or map", () => {
    expect(paths(QUEUE, { tags: {} }, {})).to.deep.equal([]);
    expect(paths(QUEUE, { tags: { one: "1" } }, { tags: {} })).to.deep.equal(["tags.one"]);
  });
});

describe("lists, names and cases", () => {
  it("a set has no order; it has as many of each", () => {
    const table = "aws:dynamodb/table:Table";
    const [a, b] = [
      { name: "a", type: "S" },
      { name: "b", type: "N" },
    ];
    expect(equivalent(table, "attributes", [a, b], [b, a])).to.equal(true);
    expect(equivalent(table, "attributes", [a, a, b], [a, b, b])).to.equal(false);
    expect(equivalent(table, "attributes", [a, b], [a, { ...b, type: "S" }])).to.equal(false);
    expect(equivalent("aws:glue/catalogTable:CatalogTable", "partitionKeys", [a, b], [b, a])).to.equal(false);
  });

  it("a name is the ARN that ends with it; two ARNs and two names are themselves", () => {
    const crawler = "aws:glue/crawler:Crawler";
    const role = "arn:aws:iam::000000000000:role/own/crawler";
    expect(equivalent(crawler, "role", "crawler", role)).to.equal(true);
    expect(equivalent(crawler, "role", role, "awler")).to.equal(false);
    expect(equivalent(crawler, "role", role, role.replace("000000000000", "111111111111"))).to.equal(false);
  });

  it("a type's case says nothing where AWS reads it in any", () => {
    expect(equivalent("aws:emrserverless/application:Application", "type", "Spark", "spark")).to.equal(true);
    expect(equivalent("aws:emrserverless/application:Application", "name", "Spark", "spark")).to.equal(false);
  });
});

describe("the table of forms", () => {
  it("names types that are made here, each with the provider's source", () => {
    for (const [type, { source }] of Object.entries(typesWithForms())) {
      expect(TYPES, type).to.have.property(type);
      expect(source).to.match(
        /^https:\/\/github\.com\/hashicorp\/terraform-provider-aws\/blob\/main\/internal\/service\//,
      );
    }
  });
});
