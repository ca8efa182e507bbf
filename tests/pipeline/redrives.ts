/** Records that failed go back after a fix, on a platform that is up, as a person does it: the command, under its own role. */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { GetFunctionConfigurationCommand, UpdateFunctionConfigurationCommand } from "@aws-sdk/client-lambda";
import { expect } from "chai";
import type { RedriveReport } from "../../cli/redrive/report";
import { ERRORS_PREFIX, REDRIVEN_FOLDER } from "../../components/aws/data-lake/folders";
import { iamArn } from "../../components/aws/context";
import { Names } from "../../components/naming";
import { CloudClients } from "../../local/endpoints";
import { LOCAL_ACCOUNT, runningEndpoints } from "../../local/local-cloud";
import { ROOT } from "../../local/paths";
import { AthenaWorkgroup } from "../../local/pipeline/athena";
import { putRecords } from "../../local/pipeline/events";
import { listKeys, readObject } from "../../local/pipeline/objects";
import { EVENT } from "../unit/functions/fixtures";

const NARU = join(ROOT, "cli", "naru.js");
/** Delivery takes a few seconds locally. */
const DEADLINE = 60_000;
const POLL = 250;

/** A day that the sample has no event of. */
const DAY = "2026-08-01";
const GOOD = 120;
const HOPELESS = 5;
/** One of the good ones comes twice. */
const PUT = GOOD + 1 + HOPELESS;

export function putsBackWhatFailed(): void {
  const names = new Names({
    ...{ project: "naru", stack: "local", accountId: LOCAL_ACCOUNT, region: "ap-northeast-2" },
  });
  const raw = names.of("bucket", "raw");
  const errors = `${ERRORS_PREFIX}lms/requests/`;
  const moved = `${ERRORS_PREFIX}${REDRIVEN_FOLDER}lms/requests/`;
  let root: CloudClients;

  const lines = async (prefix: string): Promise<number> => {
    let count = 0;
    for (const key of await listKeys(root.s3, raw, prefix)) {
      count +=
        Buffer.from(await readObject(root.s3, raw, key))
          .toString("utf8")
          .split("\n").length - 1;
    }
    return count;
  };
  const until = async (what: string, holds: () => Promise<boolean>): Promise<void> => {
    for (const end = Date.now() + DEADLINE; !(await holds()); await sleep(POLL)) {
      if (Date.now() > end) throw new Error(`${what}: not within ${DEADLINE / 1000} s`);
    }
  };
  const redrive = (...options: string[]): RedriveReport => {
    const { stdout, stderr, status } = spawnSync(
      process.execPath,
      [NARU, "redrive", "lms.requests", "--stack", "local", "--json", ...options],
      { cwd: ROOT, encoding: "utf8" },
    );
    expect(status, stderr).to.equal(0);
    expect(stdout + stderr).not.to.contain(EVENT.email);
    return JSON.parse(stdout) as RedriveReport;
  };
  const rows = async (): Promise<readonly string[]> => {
    const analyst = await root.assume(iamArn(names.identity, `role/${names.of("role", "analyst")}`), "test");
    const table = `"${names.of("database", "raw", "lms")}"."requests"`;
    const { rows: found } = await new AthenaWorkgroup(
      analyst.athena,
      names.of("workgroup", "analysts"),
    ).query(`SELECT count(*), count(DISTINCT id) FROM ${table} WHERE dt = '${DAY}' AND id LIKE 'redrive-%'`);
    return found[0]!.map(String);
  };

  it(`puts ${GOOD} events that a broken transform refused back into raw, and keeps ${HOPELESS} that break the contract`, async function () {
    this.timeout(180_000);
    root = new CloudClients(runningEndpoints());
    const before = await lines(errors);
    const FunctionName = names.of("function", "pseudonymise-lms-requests");
    const { Environment } = await root.lambda.send(new GetFunctionConfigurationCommand({ FunctionName }));
    const configure = (PSEUDONYM_EPOCH: string) =>
      root.lambda.send(
        new UpdateFunctionConfigurationCommand({
          ...{ FunctionName, Environment: { Variables: { ...Environment!.Variables, PSEUDONYM_EPOCH } } },
        }),
      );
    const good = Array.from({ length: GOOD }, (_, at) => ({
      ...{ ...EVENT, id: `redrive-${at}`, occurred_at: `${DAY}T09:00:00+09:00` },
    }));
    const hopeless = Array.from({ length: HOPELESS }, (_, at) => ({
      id: `redrive-bad-${at}`,
      email: EVENT.email,
    }));
    await configure("broken");
    await putRecords(
      root.kinesis,
      names.of("stream", "lms", "requests"),
      [...good, good[0]!, ...hopeless].map((event) => ({
        ...{ partitionKey: String(event.id), data: Buffer.from(JSON.stringify(event), "utf8") },
      })),
    );
    await until("all of them among the errors", async () => (await lines(errors)) === before + PUT);
    await configure(Environment!.Variables!.PSEUDONYM_EPOCH!);

    const planned = redrive("--dry-run");
    expect(await lines(errors)).to.equal(before + PUT);
    const { dryRun, ...done } = redrive();
    expect(dryRun).to.equal(false);
    expect({ ...planned, dryRun }).to.deep.equal({ ...done, dryRun });
    expect(done).to.include({ back: GOOD + 1, refused: 0 });
    expect(await lines(errors)).to.equal(before + HOPELESS);
    expect(await lines(moved)).to.equal(GOOD + 1);

    await until("their rows", async () => (await rows())[1] === String(GOOD));
    // The repeated one came twice and is there twice, as delivery leaves it; nothing else is.
    expect(await rows()).to.deep.equal([String(GOOD + 1), String(GOOD)]);
    expect(await lines(errors)).to.equal(before + HOPELESS);
    const again = redrive();
    expect(again).to.include({ back: 0, kept: done.kept, refused: 0 });
    const reasons = again.rows.map(({ reason }) => reason).join("\n");
    expect(reasons).to.contain("is required");
    console.log(
      `      ${PUT} put, ${done.back} went back, ${done.kept} stay (${before} were there before), ${GOOD} in raw by id`,
    );
  });
}
