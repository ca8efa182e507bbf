/** The packs in the real engine: over a plan that it took in as the state of a stack, with no provider at all. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { compilePolicies } from "../../cli/check";
import { findEngine } from "../../local/engine/binary";
import { stateOf } from "../../local/engine/export";
import { EngineStack } from "../../local/engine/workspace";
import { ROOT } from "../../local/paths";
import { recordProgram, type ProgramRecord, type RecordedResource } from "../../local/recorder";

describe("pulumi policy analyze", function () {
  this.timeout(180_000);
  const folder = mkdtempSync(join(tmpdir(), "naru-engine-"));
  after(() => rmSync(folder, { recursive: true }));

  for (const stack of ["dev", "prod"]) {
    describe(`over ${stack}'s plan`, () => {
      let opened: EngineStack;
      let plan: ProgramRecord;

      before(async () => {
        const packs = [{ folder: await compilePolicies() }];
        plan = await recordProgram({ root: ROOT, stack });
        opened = await EngineStack.open({ engine: await findEngine(), stack, folder, packs });
      });

      /** As the engine judges it, with one resource's inputs changed. */
      const analyze = async (name = "", change: Record<string, unknown> = {}) => {
        const changed = (each: RecordedResource) => ({ ...each, inputs: { ...each.inputs, ...change } });
        const resources = plan.resources.map((each) => (each.urn.endsWith(name) ? changed(each) : each));
        await opened.import(stateOf({ ...plan, resources: name === "" ? plan.resources : resources }));
        return opened.analyze();
      };

      it("finds nothing", async () => {
        expect(await analyze()).to.deep.equal({ packs: ["naru-data-platform"], violations: [] });
      });

      it("refuses a broken one by rule and resource, with the fix", async () => {
        const { violations } = await analyze("aws:kms/key:Key::keys-lake", { enableKeyRotation: false });
        expect(violations).to.have.length(1);
        expect(violations[0]).to.include({ rule: "key-rotation" });
        expect(violations[0]!.urn).to.match(/::keys-lake$/);
        expect(violations[0]!.message).to.contain("Fix: Set `enableKeyRotation: true`.");
      });

      it("refuses a broken link between resources", async () => {
        const { violations } = await analyze("BucketPublicAccessBlock::lake-raw", { blockPublicAcls: false });
        expect(violations.map(({ rule, urn }) => `${rule} ${urn.split("::").at(-1)}`)).to.include(
          "bucket-public-access lake-raw",
        );
      });
    });
  }
});
