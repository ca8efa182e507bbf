import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { expect } from "chai";
import { ROOT } from "../../../local/paths";

/** A command whose readers leave before it writes; @returns its exit code and what it said on standard error. */
async function unread(...arguments_: string[]): Promise<{ code: number; told: string }> {
  const child = spawn(process.execPath, [join(ROOT, "cli", "naru.js"), ...arguments_], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  child.stdout.destroy();
  let told = "";
  child.stderr.on("data", (chunk: Buffer) => (told += chunk.toString()));
  const [code] = (await once(child, "close")) as [number];
  return { code, told };
}

describe("the command line", function () {
  this.timeout(30_000);

  it("ends as it would have when nobody reads its output to the end", async () => {
    expect(await unread("contract", "lint")).to.deep.equal({ code: 0, told: "" });
    const { code, told } = await unread("contract", "lint", "/no/such/folder");
    expect(code).to.equal(1);
    expect(told).not.to.contain("EPIPE");
  });
});
