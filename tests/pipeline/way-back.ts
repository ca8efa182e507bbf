/** Tests of the way back from pseudonym to person, on a platform that is up: IAM, key and bucket policies are enforced. */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { CreateRoleCommand, PutRolePolicyCommand } from "@aws-sdk/client-iam";
import { GenerateMacCommand, VerifyMacCommand } from "@aws-sdk/client-kms";
import { DeleteObjectCommand, ListObjectsV2Command } from "@aws-sdk/client-s3";
import { AssumeRoleCommand } from "@aws-sdk/client-sts";
import { expect } from "chai";
import { REASON_TAG, RECORDS, reidentificationPlaces } from "../../components/aws/reidentification/places";
import { Names } from "../../components/naming";
import { CloudClients } from "../../local/endpoints";
import { LOCAL_ACCOUNT, runningEndpoints } from "../../local/local-cloud";
import { ROOT } from "../../local/paths";
import { listKeys, readObject } from "../../local/pipeline/objects";

const NARU = join(ROOT, "cli", "naru.js");
const REASON = "ticket 4711: 환불 안내";

/** A pseudonym that a table shows, and the value that it must lead to. */
export interface Known {
  readonly pseudonym: string;
  readonly value: string;
  readonly dataSet: string;
}

/** @param known asked for when the tests run. */
export function turnsPseudonymsBack(known: () => Known): void {
  const region = "ap-northeast-2";
  const names = new Names({ project: "naru", stack: "local", accountId: LOCAL_ACCOUNT, region });
  const { bucket, auditBucket, roleArn } = reidentificationPlaces(names);
  let root: CloudClients;
  let reidentifier: CloudClients;

  const reidentify = (pseudonyms: string[], ...options: string[]) =>
    spawnSync(process.execPath, [NARU, "reidentify", ...pseudonyms, "--stack", "local", ...options], {
      cwd: ROOT,
      encoding: "utf8",
    });

  before(async () => {
    root = new CloudClients(runningEndpoints());
    const { Credentials: session } = await root.sts.send(
      new AssumeRoleCommand({
        RoleArn: roleArn,
        RoleSessionName: "test",
        Tags: [{ Key: REASON_TAG, Value: "a test" }],
      }),
    );
    reidentifier = new CloudClients(runningEndpoints(), {
      accessKeyId: session!.AccessKeyId!,
      secretAccessKey: session!.SecretAccessKey!,
      sessionToken: session!.SessionToken!,
    });
  });

  it("tells the source key of a pseudonym, with a reason", () => {
    const { pseudonym, value, dataSet } = known();
    const { stdout, stderr, status } = reidentify([pseudonym], "--reason", REASON);
    expect(status, stderr).to.equal(0);
    expect(stdout).to.contain(pseudonym).and.contain(value).and.contain(dataSet);
    expect(stderr).not.to.contain(value);
  });

  it("says which pseudonyms it does not know, and tells nothing without a reason", () => {
    const { pseudonym, value } = known();
    const nobody = `-${"A".repeat(20)}A`;
    const some = reidentify([nobody, pseudonym], "--reason", REASON, "--json");
    expect(some.status, some.stderr).to.equal(1);
    const { people, notFound } = JSON.parse(some.stdout);
    expect(people.map(({ sourceKey }: { sourceKey: string }) => sourceKey)).to.deep.equal([value]);
    expect(notFound).to.deep.equal([nobody]);
    for (const none of [[], ["--reason", " "], ["--reason", "<b>"]]) {
      const refused = reidentify([pseudonym], ...none);
      expect(refused.status).to.equal(2);
      expect(refused.stdout).to.equal("");
    }
  });

  it("leaves records of each use, without a value, that its role can neither list, read nor delete", async () => {
    const { pseudonym, value, dataSet } = known();
    const keys = await listKeys(root.s3, auditBucket, RECORDS);
    expect(keys).to.have.length(4);
    const texts = await Promise.all(
      keys.map(async (key) => Buffer.from(await readObject(root.s3, auditBucket, key)).toString("utf8")),
    );
    expect(texts.join()).not.to.contain(value);
    const [asked, answered] = texts.slice(0, 2).map((text) => JSON.parse(text));
    expect(asked).to.deep.include({ what: "asked", reason: REASON, asked: 1, pseudonyms: [pseudonym] });
    expect(asked.caller).to.equal(`arn:aws:iam::${LOCAL_ACCOUNT}:root`);
    expect(Date.parse(asked.at)).to.be.closeTo(Date.now(), 10 * 60_000);
    expect(answered).to.deep.include({ id: asked.id, what: "answered", found: 1, dataSets: [dataSet] });
    const [Key] = keys;
    await refused(listKeys(reidentifier.s3, auditBucket, RECORDS));
    await refused(readObject(reidentifier.s3, auditBucket, Key!));
    await refused(reidentifier.s3.send(new DeleteObjectCommand({ Bucket: auditBucket, Key })));
  });

  it("lets nobody take the role without a reason", async () => {
    await refused(root.sts.send(new AssumeRoleCommand({ RoleArn: roleArn, RoleSessionName: "test" })));
  });

  it("refuses the bucket and the key to somebody whom IAM allows everything", async () => {
    const administrator = await somebody(root, "everything", ["s3:*", "kms:*"]);
    const { Contents } = await administrator.s3.send(new ListObjectsV2Command({ Bucket: bucket }));
    await refused(readObject(administrator.s3, bucket, Contents![0]!.Key!));
    const KeyId = `alias/${names.of("keyAlias", "pseudonym")}`;
    const Message = Buffer.from("naru/v1/phone/1");
    const asking = { KeyId, MacAlgorithm: "HMAC_SHA_256", Message } as const;
    await refused(administrator.kms.send(new GenerateMacCommand(asking)));
    await refused(administrator.kms.send(new VerifyMacCommand({ ...asking, Mac: Buffer.alloc(32) })));
    await refused(reidentifier.kms.send(new GenerateMacCommand(asking)));
  });
}

/** A role with rights of IAM on everything, as an administrator of the account has. */
async function somebody(root: CloudClients, RoleName: string, Action: string[]): Promise<CloudClients> {
  const document = (statement: object) =>
    JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect: "Allow", ...statement }] });
  const trust = { Action: "sts:AssumeRole", Principal: { AWS: `arn:aws:iam::${LOCAL_ACCOUNT}:root` } };
  const { Role } = await root.iam.send(
    new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: document(trust) }),
  );
  const PolicyDocument = document({ Action, Resource: "*" });
  await root.iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: "rights", PolicyDocument }));
  return root.assume(Role!.Arn!, "test");
}

async function refused(request: Promise<unknown>): Promise<void> {
  const error = await request.then(
    () => undefined,
    (reason: Error) => reason,
  );
  expect(error?.name, error?.message).to.match(/^AccessDenied/);
}
