import { expect } from "chai";
import { contentOf, pendingIn, settled } from "../../../../local/engine/state";

const resource = (name: string) => ({
  urn: `urn:pulumi:dev::naru::aws:sqs/queue:Queue::${name}`,
  type: "aws:sqs/queue:Queue",
  custom: true,
  inputs: { name },
});
const [made, begun, never, changed] = ["made", "begun", "never", "changed"].map(resource);

const KILLED = {
  version: 3,
  deployment: {
    secrets_providers: { type: "passphrase" },
    resources: [made, changed],
    pending_operations: [
      { type: "creating", resource: begun },
      { type: "creating", resource: never },
      { type: "updating", resource: changed },
    ],
  },
};

describe("what a killed engine leaves in a state", () => {
  it("is the creations that were under way", () => {
    expect(pendingIn(KILLED)).to.deep.equal([begun, never]);
  });

  it("is settled by taking in what the cloud made, and forgetting the rest", () => {
    const { version, deployment } = settled(KILLED, new Map([[begun!.urn, "begun-id"]]));
    expect(version).to.equal(3);
    expect(deployment).to.deep.equal({
      secrets_providers: { type: "passphrase" },
      resources: [made, changed, { ...begun, id: "begun-id", outputs: begun!.inputs }],
    });
  });

  it("is a replacement beside what it replaces, which is then to be deleted", () => {
    const old = { ...made!, id: "old-id" };
    const anew = { ...made!, inputs: { name: "anew" } };
    const killed = {
      version: 3,
      deployment: { resources: [old, changed], pending_operations: [{ type: "creating", resource: anew }] },
    };
    const { deployment } = settled(killed, new Map([[made!.urn, "new-id"]]));
    expect(deployment).to.deep.equal({
      resources: [{ ...anew, id: "new-id", outputs: anew.inputs }, { ...old, delete: true }, changed],
    });
  });

  it("is a replacement in the place of what went before it was made", () => {
    const gone = { ...made!, id: "same-id", pendingReplacement: true };
    const after = { ...changed!, dependencies: [made!.urn] };
    const anew = { ...made!, inputs: { name: "made", delaySeconds: 5 } };
    const killed = {
      version: 3,
      deployment: { resources: [gone, after], pending_operations: [{ type: "creating", resource: anew }] },
    };
    expect(settled(killed, new Map([[made!.urn, "same-id"]])).deployment).to.deep.equal({
      resources: [{ ...anew, id: "same-id", outputs: anew.inputs }, after],
    });
    // The cloud has not made it: that one is due stays known.
    expect(settled(killed, new Map()).deployment).to.deep.equal({ resources: [gone, after] });
  });

  it("has each dependency before what depends on it, where both are replaced", () => {
    const on = (urn: string) => ({ dependencies: [urn] });
    const [database, table] = [made!, begun!];
    const anew = { ...table, ...on(database.urn), inputs: { name: "begun", database: "new" } };
    const killed = {
      version: 3,
      deployment: {
        resources: [
          { ...database, id: "new" },
          { ...database, id: "old", delete: true },
          { ...table, ...on(database.urn), id: "old-table" },
          { ...changed!, ...on(table.urn) },
        ],
        pending_operations: [{ type: "creating", resource: anew }],
      },
    };
    const { resources = [] } = contentOf(settled(killed, new Map([[table.urn, "new-table"]])));
    const ids = resources.map(({ id }) => id);
    expect(ids).to.deep.equal(["new", "old", "new-table", "old-table", undefined]);
    expect(resources.map((each) => each.delete === true)).to.deep.equal([false, true, false, true, false]);
  });

  it("is nothing in an empty stack", () => {
    expect(contentOf({ version: 3, deployment: undefined })).to.deep.equal({});
    expect(pendingIn({ version: 3, deployment: null })).to.deep.equal([]);
  });
});
