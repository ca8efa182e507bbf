import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  CreateBucketCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  type S3Client,
} from "@aws-sdk/client-s3";
import { expect } from "chai";
import { restore, restoreIn } from "../../../cli/restore";
import { CloudClients, LOCAL_ROOT } from "../../../local/endpoints";
import { PATHS } from "../../../local/paths";
import { freePort } from "../../../local/ports";
import { startService, type ServiceProcess } from "../../../local/process";

const BUCKET = "naru-test-curated-000000000000-ap-northeast-2";
const KEY = "lms/requests/dt=2026-11-02/강의 1+2.parquet";
const EMULATOR = join(PATHS.venv, "bin", "ministack");

interface Listed {
  readonly id: string;
  readonly bytes: number | null;
  readonly current: boolean;
}

describe("naru restore", () => {
  it("refuses what names no object, before it asks for the stack", async () => {
    for (const uri of ["lake/file", "s3://bucket", "s3://bucket/", "s3://bucket/folder/"]) {
      const said: string[] = [];
      const output = { out: (text: string) => said.push(text), err: (text: string) => said.push(text) };
      expect(await restore({ uri, stack: "none", output }), uri).to.equal(2);
      expect(said.join()).to.contain("write s3://bucket/key");
    }
  });

  describe("on the emulator", () => {
    let folder: string;
    let emulator: ServiceProcess;
    let s3: S3Client;

    before(async function () {
      this.timeout(60_000);
      if (!existsSync(EMULATOR)) throw new Error(`${EMULATOR} is missing; npm test installs it`);
      folder = mkdtempSync(join(tmpdir(), "naru-restore-"));
      const port = await freePort(0);
      const url = `http://127.0.0.1:${port}`;
      emulator = await startService({
        name: "emulator",
        command: EMULATOR,
        arguments: [],
        folder,
        log: join(folder, "emulator.log"),
        environment: {
          PATH: process.env.PATH!,
          ...{ BIND_HOST: "127.0.0.1", GATEWAY_PORT: String(port), AUTH: "true" },
          ...{ IOT_MTLS_ENABLED: "0", SFTP_ENABLED: "0" },
          ...{ STATE_DIR: join(folder, "state"), S3_DATA_DIR: join(folder, "s3") },
          AWS_ACCESS_KEY_ID: LOCAL_ROOT.accessKeyId,
          AWS_SECRET_ACCESS_KEY: LOCAL_ROOT.secretAccessKey,
        },
        isUp: async () => (await fetch(`${url}/_ministack/health`)).ok,
      });
      const own = { emulator: url, services: url, region: "ap-northeast-2", accountId: "000000000000" };
      s3 = new CloudClients(own).s3;
      await s3.send(new CreateBucketCommand({ Bucket: BUCKET }));
      await s3.send(
        new PutBucketVersioningCommand({ Bucket: BUCKET, VersioningConfiguration: { Status: "Enabled" } }),
      );
      for (const Body of ["first", "second one"]) {
        await s3.send(new PutObjectCommand({ Bucket: BUCKET, Key: KEY, Body }));
      }
      await s3.send(new PutObjectCommand({ Bucket: BUCKET, Key: `${KEY}.crc`, Body: "another object" }));
      await s3.send(new DeleteObjectCommand({ Bucket: BUCKET, Key: KEY }));
    });

    after(async () => {
      await emulator?.stop();
      if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
    });

    const ask = async (version?: string, json = true, key = KEY, bucket = BUCKET) => {
      const said: string[] = [];
      const output = { out: (text: string) => said.push(text), err: (text: string) => said.push(text) };
      const store = { s3, bucketPrefix: "naru-test-", caller: "arn:aws:iam::000000000000:user/steward" };
      const options = { uri: "", stack: "test", version, json, output };
      return { code: await restoreIn(store, { bucket, key }, options), said: said.join("\n") };
    };
    const listed = async () => JSON.parse((await ask()).said).versions as Listed[];
    const content = async () => {
      const { Body } = await s3.send(new GetObjectCommand({ Bucket: BUCKET, Key: KEY }));
      return Body!.transformToString();
    };

    it("lists the versions of the object alone, the current one first, and changes nothing", async () => {
      const versions = await listed();
      expect(versions.map(({ bytes, current }) => ({ bytes, current }))).to.deep.equal([
        { bytes: null, current: true },
        { bytes: 10, current: false },
        { bytes: 5, current: false },
      ]);
      expect((await ask(undefined, false)).said).to.match(/deleted {2}current\n.*10 bytes\n.*5 bytes$/);
      expect(await listed()).to.deep.equal(versions);
    });

    it("brings a deleted object back as it was, and says who did", async () => {
      const first = (await listed()).find(({ bytes }) => bytes === 5)!;
      const { code, said } = await ask(first.id, false);
      expect(code).to.equal(0);
      expect(said)
        .to.contain(`Restored ${first.id}`)
        .and.contain("by arn:aws:iam::000000000000:user/steward");
      expect(await content()).to.equal("first");
      const after = await listed();
      expect(after).to.have.length(4);
      expect(after[0]).to.include({ bytes: 5, current: true });
    });

    it("copies nothing when the version is current already", async () => {
      const [current, ...others] = await listed();
      expect(JSON.parse((await ask(current!.id)).said)).to.deep.equal({
        restored: current!.id,
        as: current!.id,
      });
      expect(await listed()).to.have.length(others.length + 1);
    });

    it("refuses a delete marker, an unknown version, an unknown key and another stack's bucket", async () => {
      const marker = (await listed()).find(({ bytes }) => bytes === null)!;
      const refused = [
        { answer: await ask(marker.id), code: 1, why: "holds nothing; name a version with bytes" },
        { answer: await ask("no-such-version"), code: 1, why: "is none of the 4 versions" },
        { answer: await ask(undefined, true, "lms/none"), code: 1, why: "nothing is kept under that key" },
        {
          answer: await ask(undefined, true, KEY, "other-bucket"),
          code: 2,
          why: "name its stack with --stack",
        },
      ];
      for (const { answer, code, why } of refused) {
        expect(answer.code, why).to.equal(code);
        expect(answer.said).to.contain(why);
      }
      expect(await content()).to.equal("first");
    });
  });
});
