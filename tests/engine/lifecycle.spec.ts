/**
 * Three stacks' whole lives in Pulumi's engine, with the packs: refused, killed while they are made, made, made again,
 * changed, replaced, changed by hand, mended, destroyed. `local` is made on the local cloud; of `dev` and `prod` every type
 * is recorded only, so that state, order, differences and protection are the engine's.
 */
import { expect } from "chai";
import { partsOf } from "../../cli/plan/parts";
import { findEngine } from "../../local/engine/binary";
import { CloudClients } from "../../local/endpoints";
import { LOCAL_ACCOUNT, startLocalCloud } from "../../local/local-cloud";
import { ROOT } from "../../local/paths";
import { recordProgram, type ProgramRecord } from "../../local/recorder";
import { claimRun, releaseRun } from "../../local/running";
import { changeByHand, type Drift } from "./by-hand";
import { edited } from "./changed-program";
import { ARGUMENTS, BROKEN, CHANGED, KEYS, MOVED, RENAMED, REPLACEMENT, SETTINGS } from "./edits";
import { Life, resourceOf, those, type Variant } from "./life";
import { LifecycleTable } from "./lifecycle-table";
import { searchState } from "./private-search";
import { namesIn, repeated } from "./names";
import { takeIn } from "../../local/proof/lives/standing";

const STACKS = ["local", "dev", "prod"];
/** Resources in the state when the process that makes them is killed. */
const KILLED_AFTER = 60;

const CHANGED_TWICE = { ...ARGUMENTS, ...REPLACEMENT };
/** What each stack has come to in the course of its life. */
const asItStands = (): Variant => ({ config: SETTINGS, program: edited(CHANGED_TWICE) });

describe("lives of stacks in Pulumi's engine", function () {
  this.timeout(600_000);
  let version = "";
  const table = new LifecycleTable(STACKS, () => version);
  before(async () => {
    ({ version } = await findEngine());
  });
  after(() => {
    table.write();
    console.log(`\n${table.toString()}`);
  });
  for (const stack of STACKS) describe(stack, () => lives(new Life(stack, table)));
});

function lives(life: Life): void {
  const { stack } = life;
  let plan: ProgramRecord;
  let resources: number;
  let clients: CloudClients | undefined;
  let drift: Drift;

  before(async () => {
    if (stack === "local") {
      await claimRun();
      life.cloud = await startLocalCloud("ap-northeast-2");
      clients = new CloudClients(life.cloud.endpoints);
    }
    const accountId = clients === undefined ? undefined : LOCAL_ACCOUNT;
    plan = await recordProgram({ root: ROOT, stack, accountId });
    resources = plan.resources.length;
  });
  after(async () => {
    await life.end();
    if (stack === "local") releaseRun();
  });

  it("is refused before anything is made where the program is broken", async () => {
    const refused = await life.timed(
      "a broken program, nothing made yet",
      () => life.violations({ program: edited(BROKEN) }),
      () => "refused, nothing made",
    );
    expect(refused).to.include("key-rotation keys-lake");
    expect(life.made()).to.equal(0);
    if (clients !== undefined) expect(await namesIn(clients)).to.deep.equal([]);
  });

  it("converges after it was killed while it was made, and nothing is there twice", async () => {
    const made = await life.timed(
      "killed (-9) while it is made",
      () => life.killAfter(KILLED_AFTER),
      (count) => `${count} of ${resources} in the state`,
    );
    expect(made).to.be.within(KILLED_AFTER, resources - 1);
    const opened = await life.open();
    await opened.unlock();
    if (clients !== undefined)
      await life.timed(
        "what was under way",
        () => takeIn(opened, clients!),
        (taken) => taken,
      );
    else life.without("what was under way", "no cloud to ask");
    const { changes } = await life.timed(
      "the next up",
      () => opened.update(),
      (outcome) => `${outcome.changes.create} created`,
    );
    const { create = 0, same = 0, update = 0, replace = 0, ...others } = changes;
    expect(others).to.deep.equal({});
    expect(create + same + update + replace).to.equal(resources);
    expect(create).to.be.lessThan(resources);
    if (clients !== undefined) expect(repeated(await namesIn(clients))).to.deep.equal([]);
  });

  it("has every resource of the plan, component by component", async () => {
    const state = await life.standing.resources();
    const placed = state.filter(({ type }) => !type.startsWith("pulumi:providers:"));
    const made = partsOf(placed.map((each) => ({ ...each, parent: each.parent ?? "" })));
    const names = (parts: readonly { component: { urn: string }; custom: readonly { urn: string }[] }[]) =>
      Object.fromEntries(
        parts.map(({ component, custom }) => [component.urn, custom.map(({ urn }) => urn).sort()]),
      );
    expect(names(made)).to.deep.equal(names(partsOf(plan.resources)));
    const parts = made.filter((part) => part.custom.length > 0);
    for (const part of parts) life.counted(part.component.urn, part.custom.length);
    const custom = plan.resources.filter((each) => each.custom).length;
    life.without("made", `${custom} in ${parts.length} components`);
  });

  it("has nothing to change the second time", async () => {
    const { changes, steps } = await life.timed(
      "up again",
      () => life.standing.update(),
      (outcome) => `${outcome.steps.length} changes`,
    );
    expect(changes).to.deep.equal({ same: resources });
    expect(steps).to.deep.equal([]);
  });

  it("changes ten inputs by settings and arguments, and only those", async () => {
    const opened = await life.open({ config: SETTINGS, program: edited(ARGUMENTS) });
    const { steps } = await life.timed(
      "ten inputs changed",
      () => opened.update(),
      (outcome) => `${outcome.changes.update} updated`,
    );
    const done = steps.map(
      ({ operation, urn, inputs }) => `${operation} ${resourceOf(urn)} ${inputs.join()}`,
    );
    expect(done).to.have.members(CHANGED.map((change) => `update ${change}`));
  });

  it("replaces what can't be changed, in the order of the graph, and updates what depends on it", async () => {
    const queue = plan.resources.find(({ urn }) => resourceOf(urn) === RENAMED)!.urn;
    const dependants = plan.resources
      .filter(({ propertyDependencies }) => Object.values(propertyDependencies).flat().includes(queue))
      .map(({ urn }) => resourceOf(urn));
    const opened = await life.open(asItStands());
    const { steps } = await life.timed(
      "a queue renamed",
      () => opened.update(),
      ({ changes }) => `${changes.replace} replaced, ${changes.update} updated`,
    );
    const order = steps.map(({ operation, urn }) => `${operation} ${resourceOf(urn)}`);
    const at = (step: string) => order.indexOf(step);
    const updated = dependants.filter((each) => each !== MOVED);
    expect(order).to.have.members([
      ...[RENAMED, MOVED].flatMap((each) => [`create-replacement ${each}`, `delete-replaced ${each}`]),
      ...updated.map((each) => `update ${each}`),
    ]);
    const inTurn = [
      `delete-replaced ${MOVED}`,
      `delete-replaced ${RENAMED}`,
      `create-replacement ${RENAMED}`,
    ];
    expect(order.slice(0, inTurn.length), "what hangs on the queue goes before it").to.deep.equal(inTurn);
    const anew = at(`create-replacement ${RENAMED}`);
    for (const dependant of [...updated.map((each) => `update ${each}`), `create-replacement ${MOVED}`]) {
      expect(at(dependant), dependant).to.be.above(anew);
    }
  });

  it("is not changed by a program that is refused", async () => {
    const before = life.state();
    const there = clients && (await namesIn(clients));
    const refused = await life.timed(
      "a broken program, all standing",
      () => life.violations({ ...asItStands(), program: edited({ ...CHANGED_TWICE, ...BROKEN }) }),
      () => "refused, nothing changed",
    );
    expect(refused).to.include("key-rotation keys-lake");
    expect(life.state()).to.equal(before);
    if (clients !== undefined) expect(await namesIn(clients)).to.deep.equal(there);
  });

  it("is told what was changed by hand, and mends it", async function () {
    const opened = await life.open(asItStands());
    if (clients === undefined) {
      const { steps } = await life.timed(
        "refresh",
        () => opened.refresh(),
        () => "no drift; no cloud to change by hand",
      );
      expect(steps).to.deep.equal([]);
      return life.without("the next up mends it", "no cloud");
    }
    drift = await changeByHand(await opened.resources(), clients);
    const found = await life.timed(
      "refresh",
      () => opened.refresh(),
      ({ steps }) => `${those(steps, "update").length} changed, ${those(steps, "delete").length} gone`,
    );
    const told = found.steps.filter(({ operation }) => operation === "update");
    expect(told.map(({ urn, inputs }) => `${resourceOf(urn)} ${inputs.join()}`)).to.have.members([
      ...drift.changed,
    ]);
    expect(those(found.steps, "delete")).to.have.members([...drift.deleted]);
    const mended = await life.timed(
      "the next up mends it",
      () => opened.update(),
      ({ changes }) => `${changes.update} updated, ${changes.create} created`,
    );
    const done = mended.steps.map(({ operation, urn }) => `${operation} ${resourceOf(urn)}`);
    expect(done).to.have.members([
      ...drift.changed.map((change) => `update ${change.slice(0, change.lastIndexOf(" "))}`),
      ...drift.deleted.map((each) => `create ${each}`),
    ]);
    expect((await opened.refresh()).steps).to.deep.equal([]);
  });

  it("keeps keys, secrets and people out of its state, its backups and its history", async () => {
    const outputs = await life.standing.outputs();
    const { files, looked, found, sightings } = await life.timed(
      "state searched",
      () => searchState(life, outputs),
      (search) => `${search.looked} values, ${search.files} files, ${search.sightings.length} found`,
    );
    expect(found).to.equal(looked);
    expect(files).to.be.above(5);
    expect(sightings).to.deep.equal([]);
  });

  it(
    stack === "prod" ? "is destroyed with both keys, and with neither alone" : "leaves nothing",
    async () => {
      if (stack === "prod") await turnKeys(life, asItStands());
      else life.without("destroy, protected", "not protected");
      const opened = await life.open(asItStands());
      const { changes } = await life.timed(
        "destroy",
        () => opened.destroy(),
        (outcome) => `${outcome.changes.delete} deleted`,
      );
      expect(changes).to.deep.equal({ delete: resources });
      const left = await opened.resources();
      expect(left).to.deep.equal([]);
      const there = clients === undefined ? [] : await namesIn(clients);
      life.without(
        "left",
        `${left.length} in the state${clients === undefined ? "" : `, ${there.length} in the cloud`}`,
      );
      expect(there).to.deep.equal([]);
    },
  );
}

/** Protection lies in the state: an update has to take it away before anything can be destroyed. */
async function turnKeys(life: Life, { config, program }: Variant): Promise<void> {
  const opened = await life.open({ config, program });
  const before = await opened.resources();
  const refused = await life.timed(
    "destroy, protected",
    () => life.refusal(() => opened.destroy()),
    () => "refused by name",
  );
  expect(refused.message).to.contain("lake-landing").and.to.contain("because it is protected");
  const left = await opened.resources();
  expect(left.map(({ urn }) => urn)).to.have.members(before.map(({ urn }) => urn));
  const oneKey = await life.open({ config: { ...config, ...KEYS.first }, program });
  const told = await life.timed(
    "the first key alone",
    () => life.refusal(() => oneKey.up()),
    () => "refused",
  );
  expect(told.message).to.contain("pulumi config set naru:allowDataRemoval true");
  const turned = { config: { ...config, ...KEYS.both }, program };
  const rules = await life.timed(
    "both keys, with the packs",
    () => life.violations(turned),
    () => "refused",
  );
  expect(new Set(rules.map((rule) => rule.split(" ")[0]))).to.include("production-protection");
  // Whoever means it leaves the packs out of this one update, or waives the rule.
  const both = await life.open({ ...turned, packs: [] });
  await life.timed(
    "both keys, without them",
    () => both.update(),
    ({ changes }) => `${changes.update ?? 0} updated, all unprotected`,
  );
}
