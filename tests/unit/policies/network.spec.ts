import { expect } from "chai";
import type { RecordedResource } from "../../../local/recorder/recorded-resource";
import * as type from "../../../policies/model/types";
import { isWide } from "../../../policies/network/ranges";
import { goodPlan, resource, UNKNOWN } from "../../policy/plan";
import { ABSENT, changed, findingsOf, outcomeOf, ruleNamed, without, type Outcome } from "./evaluation";

const judged = (rule: string, plan: readonly RecordedResource[]): Outcome =>
  outcomeOf(findingsOf(ruleNamed(rule), plan));

describe("ranges", () => {
  const CASES: readonly [string, boolean][] = [
    ["0.0.0.0/0", true],
    ["::/0", true],
    ["0.0.0.0/1", true],
    ["10.0.0.0/8", false],
    ["10.1.2.3/32", false],
    ["fc00::/7", false],
    ["2000::/3", true],
    ["2001:db8::/64", false],
    ["nothing", false],
  ];
  for (const [range, wide] of CASES) {
    it(`${range} is ${wide ? "" : "not "}wider than a private one`, () =>
      expect(isWide(range)).to.equal(wide));
  }
});

describe("closed-subnet-routes", () => {
  const RULE = "closed-subnet-routes";
  const gateway = resource(type.INTERNET_GATEWAY, "gateway", {});
  const route = (inputs: object, internet = false) =>
    resource(
      type.ROUTE,
      "extra",
      { routeTableId: UNKNOWN, ...inputs },
      {
        routeTableId: [[type.ROUTE_TABLE, "closed-routes"]],
        ...(internet && { gatewayId: [[type.INTERNET_GATEWAY, "gateway"]] }),
      },
    );
  const near = { destinationCidrBlock: "10.8.0.0/16" };
  const CASES: readonly [string, RecordedResource, Outcome][] = [
    ["to a partner, over a transit gateway", route({ ...near, transitGatewayId: "tgw-1" }), "pass"],
    ["to a VPN", route({ ...near, gatewayId: "vgw-1" }), "pass"],
    ["to an unknown gateway", route({ ...near, gatewayId: UNKNOWN }), "undecided"],
    ["to the stack's internet gateway", route({ ...near, gatewayId: UNKNOWN }, true), "violation"],
    ["to an internet gateway", route({ ...near, gatewayId: "igw-1" }), "violation"],
    ["to a NAT gateway", route({ ...near, natGatewayId: UNKNOWN }), "violation"],
    [
      "out by IPv6",
      route({ destinationIpv6CidrBlock: "64::/64", egressOnlyGatewayId: "eigw-1" }),
      "violation",
    ],
    ["everywhere, over a transit gateway", route({ destinationCidrBlock: "0.0.0.0/0" }), "violation"],
    ["everywhere by IPv6", route({ destinationIpv6CidrBlock: "::/0" }), "violation"],
    ["nobody knows where", route({ destinationCidrBlock: UNKNOWN }), "undecided"],
  ];
  for (const [title, extra, outcome] of CASES) {
    it(`a route ${title}: ${outcome}`, () =>
      expect(judged(RULE, [...goodPlan(), gateway, extra])).to.equal(outcome));
  }

  it("lets open subnets have any route", () => {
    const open = resource(
      type.ROUTE_TABLE_ASSOCIATION,
      "open-association",
      { subnetId: UNKNOWN, routeTableId: UNKNOWN },
      { subnetId: [[type.SUBNET, "open"]], routeTableId: [[type.ROUTE_TABLE, "open-routes"]] },
    );
    const table = resource(type.ROUTE_TABLE, "open-routes", {
      routes: [{ cidrBlock: "0.0.0.0/0", natGatewayId: "nat-1" }],
    });
    expect(judged(RULE, [...goodPlan(), open, table])).to.equal("pass");
  });

  it("is undecided where the table is another's, the network's own, or not known", () => {
    expect(judged(RULE, without(goodPlan(), "closed-association"))).to.equal("undecided");
    expect(judged(RULE, without(goodPlan(), "closed-routes"))).to.equal("undecided");
    expect(judged(RULE, changed(goodPlan(), "closed", ["tags", "naru:zone"], UNKNOWN))).to.equal("undecided");
    expect(judged(RULE, changed(goodPlan(), "closed-routes", ["routes"], [UNKNOWN]))).to.equal("undecided");
  });
});

describe("security-group-ingress", () => {
  const RULE = "security-group-ingress";
  const CASES: readonly [string, string, object, Outcome][] = [
    ["a group without rules", type.SECURITY_GROUP, {}, "pass"],
    [
      "a group with everybody in its second rule",
      type.SECURITY_GROUP,
      ingress("10.0.0.0/8", "0.0.0.0/0"),
      "violation",
    ],
    ["the default group with everybody", type.DEFAULT_SECURITY_GROUP, ingress("0.0.0.0/0"), "violation"],
    ["a group with half of everybody", type.SECURITY_GROUP, ingress("128.0.0.0/1"), "violation"],
    ["a group with an unknown rule", type.SECURITY_GROUP, { ingress: [UNKNOWN] }, "undecided"],
    ["a group with an unknown range", type.SECURITY_GROUP, ingress(UNKNOWN), "undecided"],
    ["everybody going out", type.SECURITY_GROUP, { egress: [{ cidrBlocks: ["0.0.0.0/0"] }] }, "pass"],
    [
      "an older rule inward",
      type.SECURITY_GROUP_RULE,
      { type: "ingress", cidrBlocks: ["0.0.0.0/0"] },
      "violation",
    ],
    [
      "an older rule inward, IPv6",
      type.SECURITY_GROUP_RULE,
      { type: "ingress", ipv6CidrBlocks: ["::/0"] },
      "violation",
    ],
    [
      "an older rule outward",
      type.SECURITY_GROUP_RULE,
      { type: "egress", cidrBlocks: ["0.0.0.0/0"] },
      "pass",
    ],
    ["a rule for IPv6", type.SECURITY_GROUP_INGRESS_RULE, { cidrIpv6: "::/0" }, "violation"],
    [
      "a rule for another group",
      type.SECURITY_GROUP_INGRESS_RULE,
      { referencedSecurityGroupId: UNKNOWN },
      "pass",
    ],
  ];
  for (const [title, token, inputs, outcome] of CASES) {
    it(`${title}: ${outcome}`, () =>
      expect(judged(RULE, [resource(token, "extra", { ...inputs })])).to.equal(outcome));
  }
});

function ingress(...ranges: readonly string[]): object {
  return { ingress: ranges.map((range) => ({ cidrBlocks: [range] })) };
}

describe("glue-connection", () => {
  const of = (connectionType: unknown, connectionProperties: unknown): Outcome =>
    judged("glue-connection", [
      resource(type.CONNECTION, "extra", {
        ...(connectionType !== ABSENT && { connectionType }),
        connectionProperties,
      }),
    ]);

  it("asks for TLS, which only Kafka has by itself", () => {
    expect(of("KAFKA", {})).to.equal("pass");
    expect(of("KAFKA", { KAFKA_SSL_ENABLED: "false" })).to.equal("violation");
    expect(of("MONGODB", {})).to.equal("violation");
    expect(of("MONGODB", { JDBC_ENFORCE_SSL: "true" })).to.equal("pass");
    expect(of(ABSENT, {})).to.equal("violation");
    expect(of(ABSENT, { JDBC_ENFORCE_SSL: "true" })).to.equal("pass");
    expect(of("NETWORK", {})).to.equal("pass");
    expect(of(UNKNOWN, {})).to.equal("undecided");
    expect(of(7, {})).to.equal("violation");
    expect(of("NETWORK", UNKNOWN)).to.equal("undecided");
  });

  const BAD: readonly Record<string, string>[] = [
    { USERNAME: "reader" },
    { PASSWORD: UNKNOWN },
    { ENCRYPTED_PASSWORD: "word" },
    { KAFKA_SASL_SCRAM_PASSWORD: "word" },
    { KAFKA_CLIENT_KEYSTORE_PASSWORD: "word" },
    { JDBC_CONNECTION_URL: "jdbc:mysql://host/music?user=reader" },
    { JDBC_CONNECTION_URL: "jdbc:sqlserver://host;password=word" },
    { CONNECTION_URL: "mongodb://reader:word@host/music" },
    { SparkProperties: JSON.stringify({ "opensearch.net.http.auth.password": "word" }) },
  ];
  for (const properties of BAD) {
    it(`refuses a user or a password in ${Object.keys(properties)[0]}`, () =>
      expect(of("NETWORK", properties)).to.equal("violation"));
  }

  it("takes a secret's name, known or not, and a port", () => {
    expect(of("NETWORK", { SECRET_ID: UNKNOWN })).to.equal("pass");
    expect(of("NETWORK", { CONNECTION_URL: "mongodb://host:27017/music" })).to.equal("pass");
    expect(of("NETWORK", { SparkProperties: JSON.stringify({ secretId: "arn" }) })).to.equal("pass");
  });
});

describe("endpoint-policies", () => {
  const endpoint = (statement: object, serviceName: unknown = "com.amazonaws.ap-northeast-2.kms") =>
    judged("endpoint-policies", [
      resource(type.VPC_ENDPOINT, "one", {
        serviceName,
        policy: {
          Statement: [{ Effect: "Allow", Principal: "*", Action: "*", Resource: "*", ...statement }],
        },
      }),
    ]);
  const bare = (serviceName: unknown, policy: unknown) =>
    judged("endpoint-policies", [resource(type.VPC_ENDPOINT, "one", { serviceName, policy })]);
  const own = (key: string, value: unknown = "123456789012", operator = "StringEquals") => ({
    Condition: { [operator]: { [key]: value } },
  });

  it("wants each statement bound to this account's resources", () => {
    expect(endpoint(own("aws:ResourceAccount"))).to.equal("pass");
    expect(endpoint(own("aws:ResourceOrgID", "o-1"))).to.equal("pass");
    expect(endpoint({ Effect: "Deny" })).to.equal("pass");
    expect(endpoint({})).to.equal("violation");
    expect(endpoint(own("aws:PrincipalAccount"))).to.equal("violation");
    expect(endpoint(own("aws:ResourceAccount", "*", "StringLike"))).to.equal("violation");
    expect(endpoint(own("aws:ResourceAccount", "123456789012", "StringEqualsIfExists"))).to.equal(
      "violation",
    );
    expect(endpoint(own("aws:ResourceAccount", "210987654321", "StringNotEquals"))).to.equal("violation");
  });

  it("misses a policy where data goes through", () => {
    expect(bare("com.amazonaws.ap-northeast-2.s3", null)).to.equal("violation");
    expect(bare("com.amazonaws.ap-northeast-2.ec2messages", null)).to.equal("pass");
    expect(bare("com.amazonaws.vpce.ap-northeast-2.vpce-svc-1", null)).to.equal("pass");
    expect(bare("com.amazonaws.ap-northeast-2.s3", "no document")).to.equal("violation");
  });

  it("says what it can't decide", () => {
    expect(bare(UNKNOWN, null)).to.equal("undecided");
    expect(bare("com.amazonaws.ap-northeast-2.s3", UNKNOWN)).to.equal("undecided");
    expect(endpoint(own("aws:ResourceAccount", UNKNOWN))).to.equal("undecided");
    expect(endpoint({ Effect: UNKNOWN })).to.equal("undecided");
  });
});
