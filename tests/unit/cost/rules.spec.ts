import { expect } from "chai";
import { keptParts } from "../../../components/cost/rules/s3";
import { billOf, contextOf, EVENTS, expectBill, GB, resource, STREAM, UNKNOWN } from "./planned";

describe("cost of S3", () => {
  const table = { filter: { prefix: "lms/requests/" }, expiration: { days: 100 } };
  const bucket = (name: string) => resource("aws:s3/bucket:Bucket", { bucket: name });
  const rules = (name: string, ...given: object[]) =>
    resource("aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration", {
      bucket: name,
      rules: given,
    });
  const month = (EVENTS * 1000) / GB;

  it("keeps 30 % of the events' bytes in raw and 23 % in curated, a month's and then all", () => {
    for (const [name, share] of [
      ["naru-dev-raw-1", 0.3],
      ["naru-dev-curated-1", 0.23],
    ] as const) {
      expectBill(billOf(bucket(name), contextOf({ resources: [rules(name, table)] })), {
        "lms.requests, a month's rows": month * share * 0.025,
        "lms.requests, days 0 to 100": (month / (730 / 24)) * share * 100 * 0.025,
        "other tables and old versions": "depends",
        "requests to read": "depends",
      });
    }
  });

  it("keeps each class from its move to the next", () => {
    const moves = [
      { days: 90, storageClass: "STANDARD_IA" },
      { days: 365, storageClass: "GLACIER_IR" },
      { days: 2000, storageClass: "DEEP_ARCHIVE" },
    ];
    expect(
      keptParts("a.b", 2, 1095, moves).map((part) =>
        "quantity" in part ? [part.price, part.quantity] : part.kind,
      ),
    ).to.deep.equal([
      ["s3-standard", 180],
      ["s3-standard-ia", 550],
      ["s3-glacier-ir", 1460],
    ]);
    expect(keptParts("a.b", 2, 3000, moves).at(-1)).to.include({ kind: "not-priced" });
  });

  it("says that moves cost, and which have no price", () => {
    const moves = [
      { days: 90, storageClass: "STANDARD_IA" },
      { days: 365, storageClass: "GLACIER_IR" },
    ];
    expectBill(billOf(rules("a", { ...table, transitions: moves })), {
      "moves to STANDARD_IA": "not-priced",
      "moves to GLACIER_IR": "depends",
    });
    expectBill(billOf(rules("a", table)), {});
  });

  it("depends on the rule that ends a table's files, and on what lies in other buckets", () => {
    expect(billOf(bucket("naru-dev-raw-1"))).to.include({ "lms.requests, later": "depends" });
    const unknown = rules("naru-dev-raw-1", { ...table, expiration: { days: UNKNOWN } });
    expect(billOf(bucket("naru-dev-raw-1"), contextOf({ resources: [unknown] }))).to.include({
      "lms.requests, later": "depends",
    });
    const moving = rules("naru-dev-raw-1", {
      ...table,
      transitions: [{ days: UNKNOWN, storageClass: "STANDARD_IA" }],
    });
    expect(billOf(bucket("naru-dev-raw-1"), contextOf({ resources: [moving] }))).to.include({
      "lms.requests, later": "depends",
    });
    expectBill(billOf(bucket("naru-dev-landing-1")), { objects: "depends" });
  });
});

describe("cost of a network", () => {
  const type = "aws:ec2/vpcEndpoint:VpcEndpoint";
  const subnet = (zone: number) =>
    `urn:pulumi:prod::naru::awsx:ec2:Vpc$aws:ec2/subnet:Subnet::closed-${zone}`;

  it("is 9.49 USD for an interface endpoint and zone, also of subnets to come", () => {
    const inputs = { vpcEndpointType: "Interface", subnetIds: UNKNOWN };
    const planned = resource(type, inputs, { subnetIds: ["urn:vpc", subnet(1), subnet(2)] });
    expectBill(billOf(planned), { "2 zone(s)": 2 * 9.49, "data through the endpoint": "depends" });
    const given = resource(type, { ...inputs, subnetIds: ["subnet-1"] });
    expectBill(billOf(given), { "1 zone(s)": 9.49, "data through the endpoint": "depends" });
    expectBill(billOf(resource(type, inputs)), { hours: "depends", "data through the endpoint": "depends" });
  });

  it("is nothing for a gateway endpoint, and 43.07 USD for a NAT gateway", () => {
    expectBill(billOf(resource(type, { vpcEndpointType: "Gateway" })), {});
    expectBill(billOf(resource("aws:ec2/natGateway:NatGateway")), {
      gateway: 43.07,
      "data through the gateway": "depends",
    });
    expectBill(billOf(resource("aws:ec2/eip:Eip")), { "public address": 3.65 });
  });
});

describe("cost of keys, alarms, logs and requests", () => {
  it("is 1 USD for a key", () => {
    expectBill(billOf(resource("aws:kms/key:Key", { enableKeyRotation: true })), { key: 1 });
  });

  it("is 0.10 USD for each metric of an alarm", () => {
    const type = "aws:cloudwatch/metricAlarm:MetricAlarm";
    expectBill(billOf(resource(type, { metricName: "a" })), { "alarm's metrics": 0.1 });
    const metricQueries = [
      { expression: "a + b" },
      { metric: { metricName: "a" } },
      { metric: { metricName: "b" } },
    ];
    expectBill(billOf(resource(type, { metricQueries })), { "alarm's metrics": 0.2 });
  });

  it("is 3.50 USD for a million requests", () => {
    const million = { ...STREAM, eventsPerSecond: 1_000_000 / EVENTS };
    const context = contextOf({ streams: [million], eventsPerRequest: 1 });
    expectBill(billOf(resource("aws:apigateway/restApi:RestApi"), context), { requests: 3.5 });
  });

  it("takes in 300 bytes a request, and keeps them as long as is set", () => {
    const context = contextOf({ eventsPerRequest: 1 });
    const group = (more: object) =>
      resource("aws:cloudwatch/logGroup:LogGroup", { name: "/aws/apigateway/a", ...more });
    const gb = (EVENTS * 300) / GB;
    expectBill(billOf(group({ retentionInDays: 365 }), context), {
      "log, taken in": gb * 0.76,
      "log, kept": ((gb * 365) / (730 / 24)) * 0.0314,
    });
    expect(billOf(group({}), context)).to.include({ "log, kept": "depends" });
    expectBill(billOf(resource("aws:cloudwatch/logGroup:LogGroup", { name: "/vpc/a" })), { log: "depends" });
  });

  it("is twice the server with a standby, where the class has a price", () => {
    const type = "aws:rds/instance:Instance";
    const inputs = { engine: "postgres", instanceClass: "db.t4g.micro", allocatedStorage: 20 };
    expectBill(billOf(resource(type, { ...inputs, multiAz: true })), {
      "server with a standby": 2 * 730 * 0.025,
      storage: 2 * 20 * 0.131,
      backups: "depends",
    });
    expectBill(billOf(resource(type, { ...inputs, multiAz: UNKNOWN })), { server: "depends" });
    expectBill(billOf(resource(type, { ...inputs, engine: "mysql" })), {
      "mysql db.t4g.micro": "not-priced",
    });
  });
});
