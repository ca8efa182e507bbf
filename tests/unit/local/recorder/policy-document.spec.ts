import { expect } from "chai";
import { policyDocument } from "../../../../local/recorder/policy-document";

const BUCKET = "arn:aws:s3:::reports";
const READ = { actions: ["s3:GetObject"], resources: [`${BUCKET}/*`] };

function documentOf(args: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return JSON.parse(policyDocument(args).json as string);
}

function statementOf(statement: object, rest: object = {}): Record<string, unknown> {
  return (documentOf({ statements: [statement], ...rest }).Statement as Record<string, unknown>[])[0]!;
}

function refusal(args: Readonly<Record<string, unknown>>): string {
  try {
    policyDocument(args);
    return "answered";
  } catch (error) {
    return (error as Error).message;
  }
}

describe("getPolicyDocument offline", () => {
  it("is IAM's JSON, with the defaults of the provider", () => {
    expect(policyDocument({ policyId: "reports", statements: [{ sid: "Read", ...READ }] }).json).to.equal(
      [
        "{",
        '  "Version": "2012-10-17",',
        '  "Id": "reports",',
        '  "Statement": [',
        "    {",
        '      "Sid": "Read",',
        '      "Effect": "Allow",',
        '      "Action": "s3:GetObject",',
        `      "Resource": "${BUCKET}/*"`,
        "    }",
        "  ]",
        "}",
      ].join("\n"),
    );
    expect(policyDocument({}).minifiedJson).to.equal('{"Version":"2012-10-17"}');
    expect(policyDocument({}).version).to.equal("2012-10-17");
    expect(policyDocument({}).id).to.match(/^\d+$/);
    expect(policyDocument({}).id).not.to.equal(policyDocument({ policyId: "other" }).id);
  });

  it("takes lists for sets: one is a string, several are written last to first, none is left out", () => {
    expect(
      statementOf({ actions: ["s3:Get*", "s3:Put*", "s3:Get*"], resources: [], notResources: [BUCKET] }),
    ).to.deep.equal({ Effect: "Allow", Action: ["s3:Put*", "s3:Get*"], NotResource: BUCKET });
    expect(statementOf({ effect: "Deny", notActions: ["iam:*"], resources: ["*"] })).to.deep.equal({
      ...{ Effect: "Deny", NotAction: "iam:*", Resource: "*" },
    });
  });

  it("joins principals of a type, and writes * of every type as everybody", () => {
    const principals = [
      { type: "Service", identifiers: ["glue.amazonaws.com"] },
      { type: "AWS", identifiers: ["arn:aws:iam::1:root", "arn:aws:iam::2:root"] },
      { type: "AWS", identifiers: ["arn:aws:iam::3:root"] },
    ];
    expect(statementOf({ ...READ, principals }).Principal).to.deep.equal({
      AWS: ["arn:aws:iam::3:root", "arn:aws:iam::2:root", "arn:aws:iam::1:root"],
      Service: "glue.amazonaws.com",
    });
    const everybody = [{ type: "*", identifiers: ["*"] }];
    expect(statementOf({ ...READ, principals: everybody }).Principal).to.equal("*");
    expect(statementOf({ ...READ, notPrincipals: everybody }).NotPrincipal).to.equal("*");
    const anyAccount = [{ type: "AWS", identifiers: ["*"] }];
    expect(statementOf({ ...READ, principals: anyAccount }).Principal).to.deep.equal({ AWS: "*" });
  });

  it("joins conditions of a test and variable, in their order", () => {
    const conditions = [
      { test: "StringLike", variable: "s3:prefix", values: ["z/", "home/&{aws:username}/"] },
      { test: "Bool", variable: "aws:SecureTransport", values: ["true"] },
      { test: "StringLike", variable: "s3:prefix", values: ["a/"] },
      { test: "StringLike", variable: "aws:PrincipalTag/team", values: ["data"] },
    ];
    expect(statementOf({ ...READ, conditions }).Condition).to.deep.equal({
      Bool: { "aws:SecureTransport": "true" },
      StringLike: { "aws:PrincipalTag/team": "data", "s3:prefix": ["z/", "home/${aws:username}/", "a/"] },
    });
  });

  it("writes IAM's variables, which 2008-10-17 has none of, and Go's escapes", () => {
    expect(statementOf({ resources: [`${BUCKET}/&{aws:username}`] }).Resource).to.equal(
      `${BUCKET}/\${aws:username}`,
    );
    expect(refusal({ version: "2008-10-17", statements: [{ resources: ["&{aws:username}"] }] })).to.contain(
      "statements[0].resources",
    );
    expect(policyDocument({ policyId: "a<b&c" }).minifiedJson).to.contain('"a\\u003cb\\u0026c"');
  });

  describe("merging", () => {
    const source = (...statements: object[]) =>
      JSON.stringify({ Version: "2008-10-17", Id: "source", Statement: statements });
    const LIST = { Sid: "List", Effect: "Allow", Action: ["s3:ListBucket"], Resource: "*" };

    it("puts sources first, own statements over them and overrides over both, by Sid", () => {
      const override = source(
        { Sid: "Read", Effect: "Deny", Action: "s3:*", Resource: "*" },
        { Effect: "Deny" },
      );
      const merged = documentOf({
        sourcePolicyDocuments: [source(LIST, { Effect: "Allow", Action: "kms:Decrypt" })],
        statements: [
          { sid: "Read", ...READ },
          { sid: "List", effect: "Deny", actions: ["s3:ListBucket"] },
        ],
        overridePolicyDocuments: [override],
      });
      expect(merged).to.deep.equal({
        Version: "2012-10-17",
        Id: "source",
        Statement: [
          { Sid: "List", Effect: "Deny", Action: "s3:ListBucket" },
          { Effect: "Allow", Action: "kms:Decrypt" },
          { Sid: "Read", Effect: "Deny", Action: "s3:*", Resource: "*" },
          { Effect: "Deny" },
        ],
      });
    });

    it("keeps what a source says, in the provider's form", () => {
      const statement = {
        ...{ Condition: { Bool: { "aws:x": false }, StringEquals: { "aws:y": ["1"] } } },
        ...{ Principal: { "*": "*" }, Effect: "Allow", Action: ["a:B", "c:D"], NotPrincipal: {} },
      };
      expect(documentOf({ sourcePolicyDocuments: [source(statement)] }).Statement).to.deep.equal([
        {
          ...{ Effect: "Allow", Action: ["a:B", "c:D"], Principal: "*" },
          Condition: { Bool: { "aws:x": "false" }, StringEquals: { "aws:y": "1" } },
        },
      ]);
    });

    it("refuses one Sid in two sources, and text that is no document, without repeating it", () => {
      const twice = { sourcePolicyDocuments: [source(LIST), source(LIST)] };
      expect(refusal(twice)).to.contain("sourcePolicyDocuments has two statements with the Sid List");
      expect(refusal({ statements: [{ sid: "A" }, { sid: "A" }] })).to.contain("statements has two");
      expect(refusal({ overridePolicyDocuments: ["hunter2"] })).to.equal(
        "aws.iam.getPolicyDocument: overridePolicyDocuments[0] is no JSON.",
      );
      const number = source({ Effect: "Allow", Condition: { NumericLessThan: { "s3:max-keys": 10 } } });
      expect(refusal({ sourcePolicyDocuments: [number] })).to.contain("Condition.NumericLessThan");
      expect(refusal({ sourcePolicyDocuments: ['{"Statement": {}}'] })).to.contain("must be a list");
    });
  });

  it("refuses what the provider refuses, naming the argument", () => {
    const refusals: [Readonly<Record<string, unknown>>, string][] = [
      [{ version: "2026-01-01" }, "version"],
      [{ statements: [{ effect: "allow" }] }, "statements[0].effect"],
      [{ statements: [{ sid: "no-hyphens" }] }, "statements[0].sid"],
      [{ statements: [{ actions: "s3:*" }] }, "statements[0].actions"],
      [{ statements: [{ actions: [1] }] }, "statements[0].actions"],
      [{ statements: [{ principals: [{ identifiers: ["*"] }] }] }, "statements[0].principals[0].type"],
      [{ statements: ["s3:*"] }, "statements[0]"],
      [{ sourceJson: "{}" }, "sourceJson is not read any more; use sourcePolicyDocuments"],
    ];
    for (const [args, argument] of refusals) expect(refusal(args), argument).to.contain(argument);
  });
});
