import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { expect } from "chai";
import { ROOT } from "../../../local/paths";

/** A landing that holds a file of that name, asked by a process of its own, whose console is its own too. */
const DROP = `
  const { createServer } = require("node:http");
  const { S3Client } = require("@aws-sdk/client-s3");
  const { land, measured } = require("./cli/drop/landing");
  const { withoutRemarks } = require("./cli/drop/loader");
  const conditions = [];
  const server = createServer((request, response) => {
    conditions.push(request.headers["if-none-match"] ?? "none");
    request.resume().on("end", () => {
      response.statusCode = conditions.length === 1 ? 412 : 200;
      response.end(conditions.length === 1 ? "<Error><Code>PreconditionFailed</Code></Error>" : "");
    });
  }).listen(0, "127.0.0.1", async () => {
    const s3 = withoutRemarks(new S3Client({
      region: "ap-northeast-2", endpoint: "http://127.0.0.1:" + server.address().port, forcePathStyle: true,
      credentials: { accessKeyId: "a", secretAccessKey: "b" },
    }));
    const replaced = await land({ s3, bucket: "landing" }, "a/b.csv", await measured("package.json"));
    console.log(JSON.stringify({ replaced, conditions }));
    s3.destroy();
    server.close();
  });
`;

describe("a file under a name that landing has", () => {
  it("replaces it, and nothing is remarked about the refusal before", function () {
    this.timeout(30_000);
    const register = join(ROOT, "node_modules", "ts-node", "register");
    const { stdout, stderr } = spawnSync(process.execPath, ["--no-warnings", "-r", register, "-e", DROP], {
      cwd: ROOT,
      encoding: "utf8",
    });
    expect(JSON.parse(stdout)).to.deep.equal({ replaced: true, conditions: ["*", "none"] });
    expect(stderr).to.equal("");
  });
});
