/** A short life drawn at random, of a fixed seed: `npm run proof:lives` lives many. */
import { expect } from "chai";
import { startLocalCloud, type LocalCloud } from "../../local/local-cloud";
import { drawLife } from "../../local/proof/lives/draw";
import { Life, NOTHING } from "../../local/proof/lives/life";
import { Proxy } from "../../local/proof/lives/proxy";
import { claimRun, releaseRun } from "../../local/running";

const SEED = 154;
const SIZE = { resources: 6, steps: 2 };

describe("a random life in Pulumi's engine", function () {
  this.timeout(600_000);
  let cloud: LocalCloud;
  let proxy: Proxy;

  before(async () => {
    await claimRun();
    cloud = await startLocalCloud("ap-northeast-2");
    proxy = await Proxy.before(cloud.endpoints);
  });
  after(async () => {
    proxy.close();
    await cloud.stop();
    releaseRun();
  });

  it(`of seed ${SEED} converges after each step, as its state says, and leaves nothing`, async () => {
    const tally = { ...NOTHING };
    await Life.live(drawLife(SEED, SIZE), proxy, tally);
    expect(tally.deployments).to.be.above(SIZE.steps);
    expect(tally.refused).to.be.above(0);
  });
});
