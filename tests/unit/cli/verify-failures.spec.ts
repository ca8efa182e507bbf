/** What `naru verify aws` says when it is interrupted, and when AWS or Pulumi refuses. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { adviceFor } from "../../../cli/verify/advice";
import { ACCOUNT, VerifyBench } from "./verify-bench";

describe("naru verify aws, where something fails", function () {
  this.timeout(60_000);
  const bench = new VerifyBench();

  beforeEach(() => bench.open());
  afterEach(() => bench.close());

  it("asks Pulumi to end when it is interrupted, and tells what stands and both ways on", async () => {
    const pulumi = `if [ "$1" = up ]; then trap 'echo ended whole >&2; exit 255' INT; echo > ${bench.folder}/ready; while :; do sleep 0.05; done; fi`;
    bench.pulumi(pulumi);
    bench.standing({ resources: [] });
    const run = bench.verify({ yes: true });
    while (!existsSync(join(bench.folder, "ready"))) await new Promise((resolve) => setTimeout(resolve, 20));
    process.emit("SIGINT");
    const { code, err } = await run;
    expect(code).to.equal(1);
    expect(err).to.contain("Pulumi ends what it has begun").and.to.contain("ended with your interruption");
    expect(err).to.contain("Nothing of the stack stands").and.to.contain("--end");
    expect(process.listenerCount("SIGINT")).to.equal(0);
  });

  const FAILURES: Readonly<Record<string, readonly [string, RegExp]>> = {
    "a session that has ended": [
      "ExpiredToken: The security token included in the request is expired",
      /aws sso login/,
    ],
    "a single sign-on that has ended": [
      "Error refreshing SSO session: session has expired or is invalid",
      /aws sso login/,
    ],
    "a right of one's own": [
      `AccessDenied: User: arn:aws:iam::${ACCOUNT}:user/kim is not authorized to perform: kms:CreateKey on resource: * because no identity-based policy allows it`,
      /user\/kim lacks the right kms:CreateKey/,
    ],
    "a quota": ["LimitExceededException: The maximum number of VPCs has been reached", /Service Quotas/],
    "a name that another account has": [
      "BucketAlreadyExists: The requested bucket name is not available",
      /another name/,
    ],
    "a name that this account has": [
      "EntityAlreadyExists: Role with name naru-dev-loader already exists",
      /pulumi import --stack dev/,
    ],
    "a region without the service": [
      "getaddrinfo ENOTFOUND emr-serverless.ap-south-9.amazonaws.com",
      /aws:region/,
    ],
    "too many requests": ["ThrottlingException: Rate exceeded", /Wait a minute/],
    "too many requests of EC2": ["RequestLimitExceeded: Request limit exceeded.", /Wait a minute/],
    "another's lock": [
      "error: [409] Conflict: Another update is currently in progress.",
      /pulumi cancel --stack dev/,
    ],
    "a state whose attributes are torn": [
      "error: failed to load checkpoint: EOF",
      /remove the empty file dev\.json\.attrs/,
    ],
    "a backend without its passphrase": [
      "error: passphrase must be set with PULUMI_CONFIG_PASSPHRASE",
      /PULUMI_CONFIG_PASSPHRASE/,
    ],
    "no backend": [
      "error: PULUMI_ACCESS_TOKEN must be set for login during non-interactive CLI sessions",
      /pulumi login/,
    ],
    "an organisation's policy": ["with an explicit deny in a service control policy", /organisation/],
  };
  for (const [what, [said, advice]] of Object.entries(FAILURES)) {
    it(`says what to do about ${what}`, async () => {
      bench.pulumi(`if [ "$1" = up ]; then echo '${said}' >&2; exit 255; fi`);
      const { code, err } = await bench.verify({ yes: true });
      expect(code).to.equal(1);
      expect(err).to.match(advice);
      expect(adviceFor(said, "dev"), "one piece of advice").to.have.length(1);
    });
  }

  it("says so too where the session ends before anything is asked of Pulumi", async () => {
    bench.refuses = "ExpiredTokenException";
    const { failure } = await bench.verify({ yes: true });
    expect(failure?.message).to.contain("Log in again (aws sso login)");
    expect(bench.asked).to.deep.equal([]);
  });
});
