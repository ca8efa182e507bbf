import { expect } from "chai";
import { parseSettings, SettingsError } from "../../../components/settings";

const LEAST = { "naru:stage": "dev", "naru:owner": "data-team@example.com" };

const WEBHOOK = {
  ...{ name: "partner", dataSet: "lms.requests", signatureHeader: "x-signature" },
  secretArn: "arn:aws:secretsmanager:ap-northeast-2:123456789012:secret:partner-a1B2c3",
};

function problems(config: Record<string, string>): readonly string[] {
  try {
    parseSettings({ ...LEAST, ...config });
  } catch (error) {
    if (error instanceof SettingsError) return error.problems;
    throw error;
  }
  return [];
}

describe("settings of the collector", () => {
  it("tell what authentication takes", () => {
    expect(problems({ "naru:apiAuthentication": '{"issuer":"a"}' })).to.deep.equal([
      "naru:apiAuthentication: must be api-key, iam, or a JSON object with issuer, audience and jwksUrl (https://…) of the " +
        "tokens to take. Fix: pulumi config set naru:apiAuthentication iam",
    ]);
  });

  it("tell each wrong key of each webhook", () => {
    const { secretArn: _, ...without } = WEBHOOK;
    const webhooks = [
      without,
      { ...WEBHOOK, signs: "{timestamp}.{body}", colour: "red" },
      { ...WEBHOOK, name: "A" },
    ];
    expect(problems({ "naru:webhooks": JSON.stringify(webhooks) })).to.deep.equal([
      "naru:webhooks[0].secretArn: is missing; write the ARN of a secret of Secrets Manager whose text both sides sign with",
      "naru:webhooks[1].colour: is no key of it; leave it out",
      'naru:webhooks[2].name: is "A"; write lower case letters, digits and hyphens, from a letter on, up to 40',
    ]);
  });

  it("tell a name that stands twice", () => {
    expect(problems({ "naru:webhooks": JSON.stringify([WEBHOOK, WEBHOOK]) })).to.deep.equal([
      'naru:webhooks[1].name: is "partner" again; give each webhook a name of its own',
    ]);
  });

  it("refuse in a local stack what has no engine there", () => {
    const config = {
      "naru:stage": "local",
      "naru:apiAuthentication": "iam",
      "naru:webhooks": JSON.stringify([WEBHOOK]),
    };
    const [authentication, webhooks, ...more] = problems(config);
    expect(authentication).to.match(/^naru:apiAuthentication: is not api-key in a local stack/);
    expect(webhooks).to.match(/^naru:webhooks: names senders in a local stack/);
    expect(more).to.deep.equal([]);
  });

  it("give a network of the stack's own the endpoint by which the collector reads secrets", () => {
    const config = { ...LEAST, "naru:network": "own", "naru:webhooks": JSON.stringify([WEBHOOK]) };
    expect(parseSettings(config).networkEndpoints).to.include("secretsmanager");
    expect(problems({ ...config, "naru:networkEndpoints": '["kms","kinesis-streams"]' })[0]).to.match(
      /^naru:networkEndpoints: lacks secretsmanager/,
    );
  });
});
