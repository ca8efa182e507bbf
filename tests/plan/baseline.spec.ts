/** Each stack's plan beside the one that was accepted last: nothing that keeps data or keys may go without a note. */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import {
  acceptPlan,
  baselineDifference,
  BASELINES,
  readBaseline,
  readLossNotes,
  refusal,
} from "../../cli/plan/baseline";
import { printOf, type ResourcePrint } from "../../cli/plan/print";
import { ROOT } from "../../local/paths";
import { recordProgram } from "../../local/recorder";
import { resource } from "../policy/resource";

const BUCKET = "aws:s3/bucket:Bucket";

describe("the accepted plans", () => {
  for (const stack of ["dev", "prod", "local"]) {
    it(`of ${stack} is the present one, and nothing is lost`, async function () {
      this.timeout(60_000);
      const baseline = readBaseline(ROOT, stack)!;
      const { resources } = await recordProgram({ root: ROOT, stack });
      const { plan, refused, idle } = baselineDifference(
        baseline,
        printOf(resources),
        readLossNotes(ROOT, stack),
      );
      expect(refused, refusal(stack, refused)).to.deep.equal([]);
      const changes = plan.components.flatMap((component) =>
        component.changes.map(({ action, id, inputs }) => `${action} ${id} ${inputs.join(", ")}`.trim()),
      );
      expect(changes, `to accept: npm run naru -- plan ${stack} --accept`).to.deep.equal([]);
      expect(idle, "notes of losses that the plan does not have").to.deep.equal([]);
    });
  }

  it("hold no value of an input", () => {
    const text = readFileSync(join(ROOT, BASELINES, "prod.json"), "utf8");
    expect(text).not.to.match(/arn:aws|123456789012|ap-northeast-2/);
  });
});

describe("a baseline", () => {
  let root: string;
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), "naru-baseline-"));
    mkdirSync(join(root, BASELINES), { recursive: true });
  });
  afterEach(() => rmSync(root, { recursive: true }));

  const plan = (...names: string[]): ResourcePrint[] =>
    printOf(names.map((name) => resource(BUCKET, name, { bucket: name })));
  const id = (name: string) => `${BUCKET}::${name}`;
  const note = (...entries: object[]) =>
    writeFileSync(join(root, BASELINES, "dev.losses.yaml"), JSON.stringify(entries));
  const REASON = "Its objects were copied to the bucket of the new account.";

  it("is written whole, and then the plan is as before", () => {
    expect(acceptPlan(root, "dev", plan("one", "two")).counts.create).to.equal(2);
    expect(readBaseline(root, "dev")).to.deep.equal({ resources: plan("one", "two"), accepted: [] });
    expect(
      baselineDifference(readBaseline(root, "dev")!, plan("one", "two"), []).plan.components,
    ).to.deep.equal([]);
  });

  it("refuses to lose a bucket, and says which note would allow it", () => {
    acceptPlan(root, "dev", plan("one", "two"));
    expect(() => acceptPlan(root, "dev", plan("one")))
      .to.throw(`${id("two")} is deleted: objects and their versions`)
      .with.property("message")
      .that.contains(`${BASELINES}/dev.losses.yaml`)
      .and.contains("action: delete");
    expect(readBaseline(root, "dev")!.resources).to.have.length(2);
  });

  it("takes a loss whose note says why, once", () => {
    acceptPlan(root, "dev", plan("one", "two"));
    note({ resource: id("two"), action: "delete", reason: REASON });
    acceptPlan(root, "dev", plan("one"));
    expect(readBaseline(root, "dev")!.accepted).to.deep.equal([
      { resource: id("two"), action: "delete", reason: REASON },
    ]);
    expect(existsSync(join(root, BASELINES, "dev.losses.yaml"))).to.equal(false);
    acceptPlan(root, "dev", plan("one", "two"));
    expect(() => acceptPlan(root, "dev", plan("one"))).to.throw("is deleted");
  });

  it("does not take the note of another loss, nor keep one that allows nothing", () => {
    acceptPlan(root, "dev", plan("one", "two"));
    note({ resource: id("two"), action: "replace", reason: REASON });
    const found = baselineDifference(readBaseline(root, "dev")!, plan("one"), readLossNotes(root, "dev"));
    expect(found.refused.map(({ name }) => name)).to.deep.equal(["two"]);
    expect(found.idle).to.have.length(1);
  });

  it("wants a sentence as the reason, and names what is wrong in the notes", () => {
    note({ resource: id("two"), action: "drop", reason: "ok" });
    expect(() => readLossNotes(root, "dev"))
      .to.throw("dev.losses.yaml is wrong")
      .with.property("message")
      .that.contains("0.action")
      .and.contains("0.reason");
  });
});
