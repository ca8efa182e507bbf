import { expect } from "chai";
import { explain, exampleOf } from "../../../cli/explain";
import { exampleDifferences } from "../../../cli/explain/example";
import { RULES } from "../../../policies/rules";
import { resource, secret, UNKNOWN } from "../../policy/resource";

async function told(rule?: string, json = false): Promise<{ code: number; out: string; err: string }> {
  const [out, err]: [string[], string[]] = [[], []];
  const output = { out: (text: string) => void out.push(text), err: (text: string) => void err.push(text) };
  const code = await explain({ rule, json, output });
  return { code, out: out.join("\n"), err: err.join("\n") };
}

describe("naru explain", () => {
  it("lists every rule with its severity", async () => {
    const { code, out } = await told();
    expect(code).to.equal(0);
    for (const { name, severity } of RULES) expect(out).to.match(new RegExp(`^  ${name} +${severity} `, "m"));
  });

  for (const rule of RULES) {
    it(`tells what, why, fix, an example and the waiver of ${rule.name}`, async () => {
      const { code, out } = await told(rule.name);
      expect(code).to.equal(0);
      for (const part of [
        rule.description,
        rule.framework.reference,
        rule.remediation,
        `- rule: ${rule.name}`,
      ])
        expect(out).to.contain(part);
      // pack.spec.ts asks for a broken platform of each rule: here it must show something.
      const example = exampleOf(rule);
      if (example === undefined) return;
      expect(example.differences, "differences").not.to.be.empty;
      for (const { good, bad } of example.differences) expect(good).not.to.equal(bad);
    });
  }

  it("names near rules for one that there is not", async () => {
    const { code, err } = await told("bucket-encrypt");
    expect(code).to.equal(2);
    expect(err).to.contain('there is no rule "bucket-encrypt"').and.contain("bucket-encryption");
    expect((await told("qqq")).err).to.contain(RULES[0]!.name);
  });

  it("tells the same as data", async () => {
    const { out } = await told("key-rotation", true);
    expect(JSON.parse(out)).to.deep.include({ name: "key-rotation", severity: "medium", scope: "resource" });
    expect(JSON.parse(out).example.differences[0]).to.have.all.keys("resource", "input", "good", "bad");
    expect(JSON.parse((await told(undefined, true)).out)).to.have.length(RULES.length);
  });
});

describe("the example of a rule", () => {
  it("tells of another stack as that, and not of a resource that is gone", () => {
    const good = resource("aws:a/b:B", "one", { same: 1 });
    const bad = { ...good, urn: good.urn.replace(/^urn:pulumi:[^:]+/, "urn:pulumi:other") };
    const [, stack] = /^urn:pulumi:([^:]+)/.exec(good.urn)!;
    expect(exampleDifferences([good], [bad], "one")).to.deep.equal([
      { resource: "one (aws a.B)", input: "stack", good: JSON.stringify(stack), bad: '"other"' },
    ]);
  });

  it("is what differs, documents looked into, no secret and no stand-in told", () => {
    const good = [
      resource("aws:a/b:B", "one", { policy: '{"Principal":"me"}', key: UNKNOWN, same: 1 }, {}),
      resource("aws:a/b:B", "gone", {}),
    ];
    const bad = [
      resource("aws:a/b:B", "one", { policy: '{"Principal":"*"}', key: secret("hidden"), same: 1 }, {}),
    ];
    const found = exampleDifferences(good, bad, "");
    expect(
      found.map(({ resource: at, input, good: left, bad: right }) => [at, input, left, right]),
    ).to.deep.equal([
      ["one (aws a.B)", "policy.Principal", '"me"', '"*"'],
      ["one (aws a.B)", "key", '"(known once it is made)"', '"(a secret)"'],
      ["gone (aws a.B)", "", "{}", undefined],
    ]);
    expect(exampleDifferences(good, bad, "gone")).to.have.length(1);
  });
});
