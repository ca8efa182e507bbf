import { expect } from "chai";
import { DataLake, EncryptionKeys, StreamIngest, type StreamIngestArgs } from "../../../components/aws";
import type { Webhook } from "../../../components/webhook";
import { contextWith, mocked, refusal, TWO_CONTRACTS, valueOf, type MockedStack } from "./mocks";
import { wideRights } from "./privileges";

const METHOD = "aws:apigateway/method:Method";
const FUNCTION = "aws:lambda/function:Function";

const TOKENS = {
  ...{ issuer: "https://login.example.com/", audience: "naru" },
  jwksUrl: "https://login.example.com/.well-known/jwks.json",
};

const SECRET_ARN = "arn:aws:secretsmanager:ap-northeast-2:123456789012:secret:partner-a1B2c3";

const PARTNER: Webhook = {
  ...{ name: "partner", dataSet: "lms.requests", secretArn: SECRET_ARN, signatureHeader: "x-signature" },
  requestsPerSecond: 20,
};

function make(changes: Partial<StreamIngestArgs> = {}): StreamIngest {
  const context = contextWith();
  const keys = new EncryptionKeys("keys", context, { contracts: TWO_CONTRACTS });
  const lake = new DataLake("lake", context, { contracts: TWO_CONTRACTS, keys });
  return new StreamIngest("ingest", context, { lake, keys, ...changes });
}

async function made(
  changes: Partial<StreamIngestArgs>,
): Promise<{ stack: MockedStack; ingest: StreamIngest }> {
  let ingest: StreamIngest | undefined;
  const stack = await mocked(() => {
    ingest = make(changes);
  });
  return { stack, ingest: ingest! };
}

const trigger = (stack: MockedStack) =>
  stack.one("aws:apigateway/deployment:Deployment", "ingest-api").inputs.triggers.definition as string;

describe("who may send events", () => {
  let plain: MockedStack;

  before(async () => {
    plain = (await made({})).stack;
  });

  it("by itself: who has the key, at one route, from no page of another origin", () => {
    expect(plain.of(METHOD).map(({ inputs }) => [inputs.httpMethod, inputs.authorization])).to.deep.equal([
      ["POST", "NONE"],
    ]);
    expect(plain.of("aws:apigateway/authorizer:Authorizer")).to.deep.equal([]);
    expect(plain.of("aws:apigateway/methodSettings:MethodSettings")).to.have.length(1);
    const { variables } = plain.one(FUNCTION, "ingest-collector").inputs.environment;
    expect(variables.ORIGINS).to.equal("[]");
  });

  it("iam: signed requests only, and there is no key that could leak", async () => {
    const { stack, ingest } = await made({ authentication: "iam" });
    const { inputs } = stack.one(METHOD, "ingest-api");
    expect(inputs).to.include({ authorization: "AWS_IAM", apiKeyRequired: false });
    for (const type of ["apiKey:ApiKey", "usagePlan:UsagePlan", "usagePlanKey:UsagePlanKey"]) {
      expect(stack.of(`aws:apigateway/${type}`)).to.deep.equal([]);
    }
    expect(ingest.apiKey).to.equal(undefined);
    expect(trigger(stack)).not.to.equal(trigger(plain));
  });

  describe("tokens", () => {
    let stack: MockedStack;

    before(async () => {
      ({ stack } = await made({ authentication: TOKENS }));
    });

    it("are asked for by the method, and looked at by an authoriser of this API", () => {
      const { inputs } = stack.one(METHOD, "ingest-api");
      expect(inputs).to.include({ authorization: "CUSTOM", apiKeyRequired: false });
      expect(stack.of("aws:apigateway/apiKey:ApiKey")).to.deep.equal([]);
      const authorizer = stack.one("aws:apigateway/authorizer:Authorizer", "ingest-api").inputs;
      expect(authorizer).to.include({
        ...{ type: "TOKEN", identitySource: "method.request.header.Authorization" },
        authorizerResultTtlInSeconds: 300,
      });
      const form = new RegExp(authorizer.identityValidationExpression);
      expect(["Bearer a.b-_.c", "bearer a.b.c"].every((text) => form.test(text))).to.equal(true);
      expect(
        ["a.b.c", "Bearer a.b", "Bearer a.b.c d", "Basic a.b.c"].some((text) => form.test(text)),
      ).to.equal(false);
    });

    it("are checked by a function that has no rights beside its log, no event, and may be called by the authoriser only", () => {
      const { variables } = stack.one(FUNCTION, "ingest-api-authorizer").inputs.environment;
      expect(variables).to.deep.equal({ ISSUER: TOKENS.issuer, AUDIENCE: "naru", JWKS_URL: TOKENS.jwksUrl });
      const actions = stack.statements("ingest-api-authorizer").flatMap(({ Action }) => Action);
      expect(actions).to.have.members(["logs:CreateLogStream", "logs:PutLogEvents", "kms:Decrypt"]);
      expect(
        stack.one("aws:lambda/permission:Permission", "ingest-api-authorizer").inputs.sourceArn,
      ).to.match(/\/authorizers\//);
      expect(wideRights(stack)).to.deep.equal([]);
    });

    it("of another issuer are a new deployment", async () => {
      const other = await made({ authentication: { ...TOKENS, issuer: "https://other.example.com/" } });
      expect(trigger(other.stack)).not.to.equal(trigger(stack));
    });
  });

  it("pages: browsers may ask before they send, without a key, and the collector knows the origins", async () => {
    const { stack } = await made({ corsOrigins: ["https://www.example.com"] });
    const preflight = stack.one(METHOD, "ingest-api-preflight").inputs;
    expect(preflight).to.include({ httpMethod: "OPTIONS", authorization: "NONE", apiKeyRequired: false });
    expect(stack.one(METHOD, "ingest-api").inputs.apiKeyRequired).to.equal(true);
    const { variables } = stack.one(FUNCTION, "ingest-collector").inputs.environment;
    expect(variables.ORIGINS).to.equal('["https://www.example.com"]');
    expect(stack.one("aws:lambda/permission:Permission", "ingest-api-preflight").inputs.sourceArn).to.match(
      /\/\*\/OPTIONS\/v1\/events\/\*\/\*$/,
    );
    expect(trigger(stack)).not.to.equal(trigger(plain));
  });

  it("pages: API Gateway's own answers can be read by them, and each change of that is a new deployment", async () => {
    const RESPONSE = "aws:apigateway/response:Response";
    const answers = ({ stack }: { stack: MockedStack }) => stack.of(RESPONSE).map(({ inputs }) => inputs);
    const one = await made({ corsOrigins: ["https://www.example.com"] });
    expect(answers(one).map(({ responseType }) => responseType)).to.have.members([
      "DEFAULT_4XX",
      "DEFAULT_5XX",
    ]);
    const several = await made({ corsOrigins: ["https://www.example.com", "https://shop.example.com"] });
    for (const [these, allowed] of [
      [answers(one), "'https://www.example.com'"],
      [answers(several), "method.request.header.origin"],
    ] as const) {
      for (const { responseParameters } of these) {
        expect(responseParameters).to.deep.equal({
          "gatewayresponse.header.Access-Control-Allow-Origin": allowed,
          "gatewayresponse.header.Vary": "'origin'",
        });
      }
    }
    expect(answers({ stack: plain })).to.deep.equal([]);
    expect(trigger(several.stack)).not.to.equal(trigger(one.stack));
  });

  describe("third parties", () => {
    let stack: MockedStack;
    let ingest: StreamIngest;

    before(async () => {
      ({ stack, ingest } = await made({
        webhooks: [PARTNER, { ...PARTNER, name: "other", requestsPerSecond: undefined }],
      }));
    });

    it("have a route each, whose signature is their key, and an address", async () => {
      const parts = stack.of("aws:apigateway/resource:Resource").map(({ inputs }) => inputs.pathPart);
      expect(parts).to.include.members(["webhooks", "partner", "other"]);
      for (const name of ["partner", "other"]) {
        expect(stack.one(METHOD, `ingest-api-webhook-${name}`).inputs).to.include({
          ...{ httpMethod: "POST", authorization: "NONE", apiKeyRequired: false },
        });
      }
      expect(await valueOf(ingest.webhooksUrl!)).to.match(/\/live\/v1\/webhooks$/);
      expect(trigger(stack)).not.to.equal(trigger(plain));
    });

    it("are throttled by themselves", () => {
      const settings = (name: string) =>
        stack.one("aws:apigateway/methodSettings:MethodSettings", name).inputs as Record<string, never>;
      expect(settings("ingest-api-webhook-partner")).to.deep.include({
        methodPath: "v1/webhooks/partner/POST",
      });
      expect(settings("ingest-api-webhook-partner").settings).to.include({
        ...{ throttlingRateLimit: 20, throttlingBurstLimit: 40, dataTraceEnabled: false },
      });
      expect(settings("ingest-api-webhook-other").settings).to.include({ throttlingRateLimit: 50 });
      expect(settings("ingest-api").settings).to.include({ throttlingRateLimit: 500 });
    });

    it("let the collector read their secret, once named, and no other; it is not in the plan", () => {
      const secrets = stack
        .statements("ingest-collector")
        .filter(({ Action }) => Action === "secretsmanager:GetSecretValue");
      expect(secrets.map(({ Resource }) => Resource)).to.deep.equal([SECRET_ARN]);
      const others = plain.statements("ingest-collector").flatMap(({ Action }) => Action);
      expect(others).not.to.include("secretsmanager:GetSecretValue");
      expect(wideRights(stack)).to.deep.equal([]);
    });
  });

  it("refuses all wrong arguments at once", async () => {
    const wrong: Partial<StreamIngestArgs> = {
      authentication: { issuer: "", audience: "naru", jwksUrl: "http://login.example.com/keys" },
      corsOrigins: ["*", "https://www.example.com/page"],
      webhooks: [{ ...PARTNER, dataSet: "lms.courses", toleranceSeconds: 5 }, PARTNER],
    };
    expect(await refusal(() => make(wrong))).to.equal(
      'StreamIngest "ingest" has 7 wrong argument(s):\n' +
        '  - authentication.issuer: is ""; write a text as tokens carry it\n' +
        '  - authentication.jwksUrl: is "http://login.example.com/keys"; write an address like ' +
        "https://login.example.com/.well-known/jwks.json\n" +
        '  - corsOrigins[0]: is "*"; write an origin like https://www.example.com, without a path, and not "*"\n' +
        '  - corsOrigins[1]: is "https://www.example.com/page"; write an origin like https://www.example.com, without a ' +
        'path, and not "*"\n' +
        "  - webhooks[0].toleranceSeconds: means nothing without timestampHeader; leave it out\n" +
        '  - webhooks[0].dataSet: is "lms.courses", which is no stream contract; write lms.requests\n' +
        '  - webhooks[1].name: is "partner" again; give each webhook a name of its own',
    );
  });
});
