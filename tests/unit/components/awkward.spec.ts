/** Settings as people get them wrong: each alone, and all in one run of the program. */
import { expect } from "chai";
import { parseSettings, SettingsError } from "../../../components/settings";
import { ROOT } from "../../../local/paths";
import { recordProgram } from "../../../local/recorder";
import { AWKWARD, PLACES, PLACE_SETTINGS, SECRET, SECRET_ARN } from "./awkward-settings";

const LEAST = { "naru:stage": "dev", "naru:owner": "data-team@example.com" };

describe("awkward settings", () => {
  for (const [key, text, says, mends] of AWKWARD) {
    it(`${key} ${text === SECRET ? "with a secret" : JSON.stringify(text)}: one message, with the line that mends it`, () => {
      const problems = problemsOf({ ...LEAST, [key]: text });
      expect(problems).to.have.length(1);
      expect(problems[0]!.slice(0, key.length + 2 + says.length)).to.equal(`${key}: ${says}`);
      expect(problems[0]).to.contain(mends).and.to.contain("pulumi config ").and.not.to.contain(SECRET);
    });
  }

  for (const [name, item, place, says] of PLACES) {
    it(`naru:${place}: one message at its place, and the line that sets the whole`, () => {
      const config = { ...LEAST, [`naru:${name}`]: JSON.stringify([item]) };
      expect(problemsOf(config)).to.have.length(1);
      expect(problemsOf(config)[0])
        .to.match(/^naru:/)
        .and.to.contain(`naru:${place}: ${says}`);
      expect(refusal(() => parseSettings(config)).message)
        .to.contain(`\n  naru:${name} as a whole: pulumi config set naru:${name} `)
        .and.not.to.contain(SECRET);
    });
  }

  it("are all told in one run of the program, by the messages that each has alone", async () => {
    const config = Object.fromEntries(AWKWARD.map(([key, text]) => [key, text]));
    const error = await recordProgram({
      root: ROOT,
      stack: "dev",
      config: { ...config, ...PLACE_SETTINGS },
    }).then(
      () => new Error("the program ran"),
      (reason: Error) => reason,
    );
    const alone = [
      ...AWKWARD.map(([key, text]) => problemsOf({ ...LEAST, [key]: text })),
      ...Object.entries(PLACE_SETTINGS).map(([key, text]) => problemsOf({ ...LEAST, [key]: text })),
    ].flat();
    expect(alone).to.have.length(AWKWARD.length + PLACES.length);
    expect(alone.filter((problem) => !error.message.includes(`  - ${problem}`))).to.deep.equal([]);
    expect(error.message).to.match(
      new RegExp(`^The stack's configuration has ${alone.length} error\\(s\\):`),
    );
    expect(error.message).not.to.contain(SECRET);
  }).timeout(60_000);

  it("take a provider's secret that Pulumi keeps encrypted", () => {
    const config = { ...LEAST, "aws:secretKey": SECRET };
    expect(parseSettings(config, new Set(["aws:secretKey"])).stage).to.equal("dev");
  });

  it("see no secret in what only resembles one", () => {
    const config = {
      ...{ ...LEAST, "naru:apiAuthentication": "api-key" },
      "naru:webhooks": JSON.stringify([
        { name: "token", dataSet: "lms.requests", secretArn: SECRET_ARN, signatureHeader: "x-secret-token" },
      ]),
    };
    expect(problemsOf(config)).to.deep.equal([]);
  });
});

function problemsOf(config: Record<string, string>): readonly string[] {
  try {
    parseSettings(config);
    return [];
  } catch (error) {
    if (error instanceof SettingsError) return error.problems;
    throw error;
  }
}

function refusal(read: () => unknown): Error {
  try {
    read();
  } catch (error) {
    return error as Error;
  }
  throw new Error("The settings were taken");
}
