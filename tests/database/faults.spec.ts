import { mkdirSync } from "node:fs";
import { expect } from "chai";
import { SERVERS_RUN_HERE } from "../../local/database/binaries";
import { PATHS } from "../../local/paths";
import { Trial } from "../../local/proof/faults/trial";

describe("events through the platform, while what carries them fails", function () {
  this.timeout(600_000);
  let trial: Trial | undefined;

  before(function () {
    if (!SERVERS_RUN_HERE) this.skip();
  });
  after(() => trial?.end());

  it("are each in raw and in the database, once there, and bad ones are kept", async () => {
    mkdirSync(PATHS.own, { recursive: true });
    trial = await Trial.start({ events: 2000, awaySeconds: 2, quietSeconds: 5, retries: 1, curate: false });
    const { rows, faultless } = await trial.run();
    const told = rows.map(([what, value]) => `${what}: ${value}`).join("\n");
    console.log(told.replaceAll(/^/gm, "      "));
    expect(faultless, told).to.equal(true);
    const counts = Object.fromEntries(rows);
    expect(counts.accepted).to.equal(2020);
    expect(counts["rows in the database"]).to.equal(2000);
    expect(
      counts["put back by naru redrive"],
      "the record that kills a function takes its batch along",
    ).to.be.at.least(1);
  });
});
