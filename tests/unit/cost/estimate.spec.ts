import { expect } from "chai";
import { estimate } from "../../../components/cost";
import { contextOf, estimateOf, resource, UNKNOWN } from "./planned";

const KEY = resource("aws:kms/key:Key");
const ROLE = resource("aws:iam/role:Role");
const SHARD = resource("aws:kinesis/stream:Stream", { name: "naru-dev-lms-requests", shardCount: 1 });

describe("estimate", () => {
  it("adds up by component, idle apart from use", () => {
    const components = [
      { name: "keys", resources: [KEY, KEY] },
      { name: "ingest", resources: [SHARD, KEY, ROLE] },
    ];
    const { components: sums, total } = estimate(components, contextOf());
    expect(sums.map(({ name, idle }) => [name, Number(idle.toFixed(4))])).to.deep.equal([
      ["keys", 2],
      ["ingest", 14.505],
    ]);
    expect(total.idle).to.be.closeTo(16.505, 1e-9);
    expect(total.usage).to.be.closeTo(2.628 * 0.0173, 1e-9);
    expect(total.usageAfterRetention).to.equal(total.usage);
  });

  it("takes the first month's rows or all that are kept, never both", () => {
    const name = "naru-dev-raw-1";
    const rules = [{ filter: { prefix: "lms/requests/" }, expiration: { days: 304 } }];
    const resources = [
      resource("aws:s3/bucket:Bucket", { bucket: name }),
      resource("aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration", { bucket: name, rules }),
    ];
    const { total } = estimateOf(resources);
    // 304 days are 9.995 months of 730 hours.
    expect(total.usageAfterRetention / total.usage).to.be.closeTo((304 * 24) / 730, 1e-9);
  });

  it("says of how much the price is not confirmed", () => {
    const { unconfirmedUsd, total } = estimateOf([SHARD, KEY]);
    expect(unconfirmedUsd).to.be.closeTo(total.idle + total.usage - 1, 1e-9);
  });

  it("counts a type that no rule knows as not priced, and never as 0", () => {
    const unheard = resource("aws:quantum/annealer:Annealer");
    const { notPriced, total, items, free, priced } = estimateOf([unheard, unheard, ROLE, KEY]);
    expect(notPriced).to.deep.equal([
      { type: unheard.type, what: null, count: 2, why: "no rule knows this type yet" },
    ]);
    expect({ idle: total.idle, free, priced }).to.deep.equal({ idle: 1, free: 1, priced: 1 });
    expect(items.some(({ usd }) => usd === 0)).to.equal(false);
  });

  it("says of several resources once what of them is not priced", () => {
    const kafka = resource("aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream", {
      name: "naru-dev-kafka-lms-requests",
      mskSourceConfiguration: { topicName: "lms.requests" },
    });
    const { notPriced, priced } = estimateOf([kafka, kafka]);
    expect(notPriced.map(({ what, count }) => [what, count])).to.deep.equal([["records from Kafka", 2]]);
    expect(priced).to.equal(2);
  });

  it("keeps what depends out of the sums, with the price of a unit", () => {
    const { depends, total } = estimateOf([resource("aws:kinesis/stream:Stream", { shardCount: UNKNOWN })]);
    expect(depends.map(({ what, price }) => [what, price])).to.deep.equal([["shards", "kinesis-shard"]]);
    expect(total).to.deep.equal({ idle: 0, usage: 0, usageAfterRetention: 0 });
  });

  it("tells each assumption once, and those only that it made", () => {
    expect(estimateOf([KEY]).assumptions).to.deep.equal([]);
    expect(estimateOf([SHARD, SHARD]).assumptions).to.deep.equal(["rate", "kinesisRecords"]);
  });

  it("costs nothing by use without events", () => {
    const none = { streams: [] };
    const collector = resource("aws:lambda/function:Function", { tags: { "naru:role": "collector" } });
    expect(estimateOf([collector, resource("aws:apigateway/restApi:RestApi")], none).total.usage).to.equal(0);
  });
});
