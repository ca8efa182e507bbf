import { userInfo } from "node:os";
import { AssumeRoleCommand, type STSClient } from "@aws-sdk/client-sts";
import { expect } from "chai";
import { assume, callerOf, openStack, sessionName } from "../../../cli/stack-session";
import { Names } from "../../../components/naming";

const NAMES = new Names({
  ...{ project: "naru", stack: "dev", accountId: "123456789012", region: "ap-northeast-2" },
});
const ROLE = "arn:aws:iam::123456789012:role/naru-dev-analyst";

/** An STS that answers each call alike, or refuses it, and keeps what it was asked. */
function stsThat(answer: object | Error): { sts: Pick<STSClient, "send">; asked: AssumeRoleCommand[] } {
  const asked: AssumeRoleCommand[] = [];
  const send = async (command: AssumeRoleCommand) => {
    asked.push(command);
    if (answer instanceof Error) throw answer;
    return answer;
  };
  return { sts: { send } as unknown as Pick<STSClient, "send">, asked };
}

async function rejection(promise: Promise<unknown>): Promise<Error> {
  return promise.then(
    () => expect.fail("nothing was refused"),
    (error: Error) => error,
  );
}

describe("a session of a stack's role", () => {
  const given = { Credentials: { AccessKeyId: "key", SecretAccessKey: "secret", SessionToken: "token" } };

  it("bears the name of whoever asks, so that the audit trail tells people apart", () => {
    expect(sessionName("arn:aws:iam::123456789012:user/teams/kim")).to.equal("kim");
    expect(sessionName("arn:aws:sts::123456789012:assumed-role/sso/lee@example.ac.kr")).to.equal(
      "lee@example.ac.kr",
    );
    expect(sessionName("arn:aws:iam::123456789012:root")).to.equal(
      userInfo()
        .username.replace(/[^\w+=,.@-]/g, "-")
        .padEnd(2, "-"),
    );
  });

  it("has a name that STS takes", () => {
    expect(sessionName("arn:aws:iam::123456789012:user/a")).to.equal("a-");
    expect(sessionName(`arn:aws:iam::123456789012:user/${"k".repeat(70)}`)).to.have.length(64);
    expect(sessionName("arn:aws:iam::123456789012:user/김 a")).to.equal("--a");
  });

  it("is asked for by the role's name, with tags only where there are some", async () => {
    const { sts, asked } = stsThat(given);
    const credentials = await assume(sts, NAMES, "kim", { role: "naru-dev-analyst" });
    expect(credentials).to.deep.equal({
      ...{ accessKeyId: "key", secretAccessKey: "secret", sessionToken: "token" },
    });
    await assume(sts, NAMES, "kim", { role: "naru-dev-analyst", tags: [{ Key: "why", Value: "ticket" }] });
    expect(asked.map(({ input }) => input)).to.deep.equal([
      { RoleArn: ROLE, RoleSessionName: "kim" },
      { RoleArn: ROLE, RoleSessionName: "kim", Tags: [{ Key: "why", Value: "ticket" }] },
    ]);
  });

  it("that is refused is told with the role and what it needs", async () => {
    const { sts } = stsThat(new Error("not authorized"));
    const error = await rejection(assume(sts, NAMES, "kim", { role: "naru-dev-analyst", needs: "Be named" }));
    expect(error.message).to.equal(`${ROLE} can't be assumed: not authorized. Be named`);
  });

  it("of nobody who is logged in is told with the way to log in", async () => {
    const missing = Object.assign(new Error("Could not load credentials"), {
      name: "CredentialsProviderError",
    });
    const error = await rejection(callerOf(stsThat(missing).sts, "dev"));
    expect(error.message).to.match(/^The stack dev is on AWS, .*aws sso login.*AWS_PROFILE$/);
    const other = new Error("throttled");
    expect(await rejection(callerOf(stsThat(other).sts, "dev"))).to.equal(other);
  });

  it("of an unknown stack is told with those that there are", async () => {
    expect((await rejection(openStack("nope"))).message).to.match(/no stack "nope".*dev, local, prod/);
  });
});
