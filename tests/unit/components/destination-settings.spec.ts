import { expect } from "chai";
import { parseSettings, SettingsError } from "../../../components/settings";

const SECRET = "arn:aws:secretsmanager:ap-northeast-2:123456789012:secret:collect-a1B2c3";
const HTTP = { name: "collect", stream: "lms.requests", kind: "http" };
const COLLECT = { ...HTTP, secretArn: SECRET, url: "https://collect.example.com/firehose" };
const HERE = { ...HTTP, url: "http://127.0.0.1:8080/firehose" };
const SEARCH = {
  ...{ name: "search", stream: "lms.requests", kind: "opensearch", index: "requests" },
  domainArn: "arn:aws:es:ap-northeast-2:123456789012:domain/search",
};

function problemsOf(destinations: readonly object[], more: Record<string, string> = {}): readonly string[] {
  try {
    parseSettings({
      ...{ "naru:stage": "dev", "naru:owner": "a@example.com" },
      ...{ "naru:deliveryDestinations": JSON.stringify(destinations), ...more },
    });
    return [];
  } catch (error) {
    if (error instanceof SettingsError) return error.problems;
    throw error;
  }
}

describe("naru:deliveryDestinations", () => {
  const local = { "naru:stage": "local" };

  it("takes several for one stream", () => {
    expect(problemsOf([COLLECT, SEARCH])).to.deep.equal([]);
  });

  it("tells every wrong key at its place", () => {
    const { index: _, ...noIndex } = SEARCH;
    const problems = problemsOf([
      noIndex,
      { ...SEARCH, kind: "splunk" },
      { ...COLLECT, name: "A", token: "x" },
    ]);
    expect(problems.join("\n"))
      .to.contain("naru:deliveryDestinations[0].index: is missing; write lower case letters")
      .and.contain("naru:deliveryDestinations[1].kind: is of another form; write opensearch or http")
      .and.contain(
        "naru:deliveryDestinations[2].token: holds what looks like a secret in clear; put a new one",
      );
  });

  it("tells what is wrong with values, both ARNs and neither among it", () => {
    const both = { ...SEARCH, collectionArn: "arn:aws:aoss:ap-northeast-2:123456789012:collection/a1b2c3" };
    const { domainArn: _, ...neither } = SEARCH;
    const problems = problemsOf([{ ...both, name: "a" }, neither, { ...COLLECT, secretArn: "a word" }]);
    expect(problems).to.have.length(3);
    expect(problems[0]).to.contain("[0].domainArn: stands beside collectionArn");
    expect(problems[1]).to.contain("[1].domainArn: is missing, and so is collectionArn");
    expect(problems[2]).to.contain("[2].secretArn");
  });

  it("asks for a key of every address but this machine's", () => {
    const { secretArn: _, ...open } = COLLECT;
    expect(problemsOf([open]).join()).to.contain("[0].secretArn: is missing");
    expect(problemsOf([{ ...HERE, secretArn: SECRET }], local).join()).to.contain(
      "[0].secretArn: has no use",
    );
  });

  it("gives each a name of its own", () => {
    expect(problemsOf([COLLECT, { ...SEARCH, name: "collect" }])).to.deep.equal([
      'naru:deliveryDestinations[1].name: is "collect" again; give each destination a name of its own',
    ]);
  });

  it("wants a network for what is reached inside one", () => {
    const inside = { ...SEARCH, inNetwork: true, reaches: ["10.20.0.0/24"] };
    expect(problemsOf([inside])).to.deep.equal([
      "naru:deliveryDestinations[0].inNetwork: is true, but naru:network is none. Fix: pulumi config set naru:network own",
    ]);
    expect(problemsOf([inside], { "naru:network": "own" })).to.deep.equal([]);
  });

  it("keeps a local stack's events on this machine, and has no OpenSearch there", () => {
    expect(problemsOf([HERE], local)).to.deep.equal([]);
    const problems = problemsOf([COLLECT, SEARCH], local);
    expect(problems).to.have.length(2);
    expect(problems[0]).to.contain("[0].url: leaves a local stack");
    expect(problems[1]).to.contain("[1].kind: is opensearch in a local stack");
  });

  it("takes an address of this machine in no other stack", () => {
    expect(problemsOf([HERE])).to.have.length(1);
    expect(problemsOf([HERE])[0]).to.contain("[0].url: is of this machine");
  });
});
