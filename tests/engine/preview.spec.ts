/** The whole program in the real engine, with the packs as its policy packs; no cloud, so that every type is recorded only. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { policyPack } from "../../cli/engine/policy-pack";
import { findEngine } from "../../local/engine/binary";
import { PolicyRefusal } from "../../local/engine/events";
import { EngineStack, type EngineStackOptions } from "../../local/engine/workspace";
import { ROOT } from "../../local/paths";
import { recordProgram } from "../../local/recorder";
import { loadProgram } from "../../local/recorder/load-program";
import { RULES } from "../../policies/rules";

describe("pulumi preview", function () {
  this.timeout(180_000);
  const folder = mkdtempSync(join(tmpdir(), "naru-engine-"));
  after(() => rmSync(folder, { recursive: true }));

  const open = async (stack: string, options: Partial<EngineStackOptions> = {}) =>
    EngineStack.open({
      engine: await findEngine(),
      ...{ stack, folder, packs: [await policyPack(stack, folder)] },
      ...options,
    });

  for (const stack of ["dev", "prod"]) {
    it(`of ${stack} plans what the recorder plans, and every rule passes it`, async () => {
      const { resources } = await recordProgram({ root: ROOT, stack });
      const { changes, rules } = await (await open(stack)).preview();
      expect(changes).to.deep.equal({ create: resources.length });
      expect([...rules]).to.include.members(RULES.map(({ name }) => name));
    });
  }

  it("is refused with rule, resource and fix where the program is broken", async () => {
    const own = loadProgram(ROOT);
    const broken = async () => {
      const aws = require("@pulumi/aws") as typeof import("@pulumi/aws");
      new aws.kms.Key("broken", { enableKeyRotation: false });
      return own();
    };
    const error = await (await open("dev", { program: broken })).preview().then(
      () => expect.fail("it was not refused"),
      (reason: unknown) => reason as PolicyRefusal,
    );
    expect(error).to.be.instanceOf(PolicyRefusal);
    expect(error.violations.map(({ rule, urn }) => `${rule} ${urn.split("::").at(-1)}`)).to.include(
      "key-rotation broken",
    );
    expect(error.message).to.contain("Fix: Set `enableKeyRotation: true`.");
  });

  it("tells every wrong setting at once, as the program does", async () => {
    const config = { "naru:streamCapacity": "-3", "naru:stage": "moon" };
    const error = await (await open("dev", { config })).preview().then(
      () => expect.fail("it was not refused"),
      (reason: Error) => reason,
    );
    expect(error.message)
      .to.contain("naru:stage: must be local, dev or prod")
      .and.to.contain("naru:streamCapacity");
    expect(error.message, "a stack trace").to.not.contain("    at ");
  });
});
