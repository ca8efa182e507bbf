import { expect } from "chai";
import { streamCost } from "../../../components/cost";
import { STREAM } from "./planned";

const EVENTS = 2_628_000;
const GB = 1_073_741_824;

describe("cost of streams", () => {
  const settings = { streamCapacity: "on-demand", streamRetentionHours: 24 } as const;

  it("sets on demand beside the shards that the rate needs", () => {
    const at = streamCost([{ ...STREAM, eventsPerSecond: 2000 }], settings);
    const gb = (2000 * EVENTS * 2048) / GB;
    // 2,000 records a second, and 2.1 MB: three shards.
    expect(at).to.include({ eventsPerSecond: 2000, shards: 3, setUsd: null, cheaper: "provisioned" });
    expect(at.onDemandUsd).to.be.closeTo(730 * 0.049 + gb * (0.098 + 0.049), 1e-6);
    expect(at.provisionedUsd).to.be.closeTo(3 * 730 * 0.0185 + 2 * 2628 * 0.0173, 1e-6);
  });

  it("reads twice on demand where the database takes the stream too", () => {
    const stream = { ...STREAM, eventsPerSecond: 100 };
    const once = streamCost([stream], settings).onDemandUsd;
    const twice = streamCost([{ ...stream, consumed: true }], settings).onDemandUsd;
    expect(twice - once).to.be.closeTo(((100 * EVENTS * 2048) / GB) * 0.049, 1e-6);
  });

  it("tells what the number that is set costs", () => {
    const at = streamCost([STREAM, { ...STREAM, id: "a.b" }], { ...settings, streamCapacity: 4 });
    expect(at.setUsd).to.be.closeTo(2 * (4 * 730 * 0.0185 + 2.628 * 0.0173), 1e-6);
  });

  it("adds the retention beyond a day", () => {
    const longer = streamCost([STREAM], { ...settings, streamRetentionHours: 168 });
    expect(longer.provisionedUsd - streamCost([STREAM], settings).provisionedUsd).to.be.closeTo(
      730 * 0.0247,
      1e-9,
    );
  });
});
