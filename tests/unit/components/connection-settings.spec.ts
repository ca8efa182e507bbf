import { expect } from "chai";
import { parseSettings, SettingsError, type Settings } from "../../../components/settings";

const SECRET = "arn:aws:secretsmanager:ap-northeast-2:123456789012:secret:source-a1B2c3";
const MUSIC = {
  name: "music",
  kind: "JDBC",
  url: "jdbc:mysql://db.example.com:3306/music",
  secretArn: SECRET,
};
const BROKERS = { name: "brokers", kind: "KAFKA", bootstrapServers: ["b1.example.com:9098"] };

const withConnections = (connections: unknown, more: Record<string, string> = {}) => ({
  "naru:stage": "dev",
  "naru:owner": "team",
  "naru:connections": JSON.stringify(connections),
  ...more,
});

function settings(connections: unknown, more?: Record<string, string>): Settings {
  return parseSettings(withConnections(connections, more));
}

function problems(connections: unknown, more?: Record<string, string>): readonly string[] {
  try {
    settings(connections, more);
    return [];
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    return error.problems;
  }
}

describe("naru:connections", () => {
  it("takes every kind, with what is its own", () => {
    const connector = { connectorType: "Spark", connectorClass: "com.example.Source" };
    const image = "https://709825985650.dkr.ecr.us-east-1.amazonaws.com/amazon/connector:1.0";
    const every = [
      MUSIC,
      BROKERS,
      {
        name: "lms",
        kind: "MONGODB",
        url: "mongodb://m.example.com:27017/lms",
        secretArn: SECRET,
        tls: false,
      },
      {
        name: "search",
        kind: "OPENSEARCH",
        endpoint: "https://s.example.com",
        port: 9200,
        secretArn: SECRET,
      },
      {
        name: "snow",
        kind: "SNOWFLAKE",
        host: "org-a.snowflakecomputing.com",
        secretArn: SECRET,
        role: "ETL",
      },
      { name: "vpc", kind: "NETWORK", reaches: ["10.1.0.0/16"] },
      { name: "own", kind: "CUSTOM", ...connector, connectorUrl: "s3://drivers/driver.jar" },
      { name: "bought", kind: "MARKETPLACE", ...connector, connectorUrl: image, secretArn: SECRET },
    ];
    expect(settings(every, { "naru:network": "own" }).connections).to.deep.equal(every);
  });

  it("tells every wrong key of every connection, and what to write", () => {
    const told = problems([
      { ...MUSIC, name: "Music DB", url: "jdbc:mysql://h/db?user=u&password=hunter2" },
      { name: "brokers", kind: "KAFKA", bootstrapServers: ["b1"], secretArn: "scram" },
      { name: "lms", kind: "MONGODB", password: "hunter2" },
      { name: "files", kind: "SFTP" },
      { name: "tls", kind: "OPENSEARCH", endpoint: "http://h", port: "many", secretArn: SECRET },
      "vpc",
    ]);
    const places = told.map((problem) => problem.split(": ", 1)[0]);
    expect(places).to.deep.equal([
      "naru:connections[0].name",
      "naru:connections[0].url",
      "naru:connections[1].bootstrapServers[0]",
      "naru:connections[1].secretArn",
      "naru:connections[1].secretArn",
      "naru:connections[2].url",
      "naru:connections[2].secretArn",
      "naru:connections[2].password",
      "naru:connections[3].kind",
      "naru:connections[4].port",
      "naru:connections[5]",
    ]);
    for (const problem of told) expect(problem).to.match(/; (write|leave|put)/);
    expect(told.join()).to.include("holds what looks like a secret in clear; put a new one");
    expect(told.join()).to.include("kind: is of another form; write one of JDBC, KAFKA");
    expect(told.join()).to.include("secretArn: is missing; write the ARN of a secret of Secrets Manager");
    expect(told.join()).not.to.include("hunter2");
  });

  it("refuses a name twice, and what asks for a network that there is not", () => {
    expect(problems([MUSIC, { ...BROKERS, name: "music" }])).to.deep.equal([
      'naru:connections[1].name: is "music" again; give each connection a name of its own',
    ]);
    expect(
      problems([
        { ...MUSIC, inNetwork: true },
        { name: "vpc", kind: "NETWORK" },
        { ...BROKERS, reaches: ["10.1.0.0/16"] },
      ]),
    ).to.deep.equal([
      "naru:connections[0].inNetwork: is true, but naru:network is none; leave it out, or set naru:network",
      "naru:connections[1].kind: is NETWORK, which is nothing without one; set naru:network",
      "naru:connections[2].reaches: names ranges without a network; leave it out, or set naru:network",
    ]);
  });

  it("adds the endpoint by which credentials are read, where they are read in the network", () => {
    const own = { "naru:network": "own" };
    expect(settings([MUSIC], own).networkEndpoints).to.include("secretsmanager");
    expect(settings([{ ...MUSIC, inNetwork: false }], own).networkEndpoints).not.to.include("secretsmanager");
    expect(settings([BROKERS], own).networkEndpoints).not.to.include("secretsmanager");
    const without = { ...own, "naru:networkEndpoints": '["kms","kinesis-streams"]' };
    expect(problems([MUSIC], without)[0]).to.match(/^naru:networkEndpoints: lacks secretsmanager,/);
  });

  it("asks for the zones of subnets that are there, if it stands in them", () => {
    const vpc = {
      "naru:network": "vpc-0123456789abcdef0",
      "naru:networkSubnetIds": '["subnet-0123456789abcdef0"]',
    };
    expect(problems([MUSIC], vpc)[0]).to.match(/^naru:networkSubnetZones: has 0/);
    expect(problems([{ ...MUSIC, inNetwork: false }], vpc)).to.deep.equal([]);
    expect(problems([MUSIC], { ...vpc, "naru:networkSubnetZones": '["ap-northeast-2a"]' })).to.deep.equal([]);
  });
});

describe("naru:crawlers of connections", () => {
  const crawlers = (connection: string) => ({
    "naru:crawlers": JSON.stringify([{ name: "music", connection, path: "music/public/%" }]),
  });

  it("take a connection that is named and crawled", () => {
    expect(settings([MUSIC], crawlers("music")).crawlers).to.deep.equal([
      { name: "music", connection: "music", path: "music/public/%" },
    ]);
  });

  it("refuse another, and say which there are", () => {
    expect(problems([MUSIC, BROKERS], crawlers("musik"))).to.deep.equal([
      'naru:crawlers[0].connection: is "musik", which naru:connections does not name; write music',
    ]);
    expect(problems([MUSIC, BROKERS], crawlers("brokers"))).to.deep.equal([
      'naru:crawlers[0].connection: is "brokers" of kind KAFKA, which Glue does not crawl; write music',
    ]);
    expect(problems([], crawlers("music"))[0]).to.match(/name one there first, of kind JDBC or MONGODB$/);
  });

  it("are of a folder or of a connection, not of both", () => {
    const both = JSON.stringify([{ name: "a", connection: "music", path: "a/b", zone: "raw", folder: "x/" }]);
    expect(problems([MUSIC], { "naru:crawlers": both })).to.deep.equal([
      "naru:crawlers[0].zone: is no key of it; leave it out",
      "naru:crawlers[0].folder: is no key of it; leave it out",
    ]);
  });

  it("that are wrong are told by their places, all at once", () => {
    const wrong = JSON.stringify([
      { name: "a", zone: "landing", folder: "x/" },
      { name: "b", zone: "raw", oneTable: "yes" },
      "ratings",
    ]);
    expect(problems([], { "naru:crawlers": wrong })).to.have.members([
      "naru:crawlers[0].zone: is of another form; write raw or curated; landing is closed, and its files want a contract " +
        "(naru contract from-csv)",
      "naru:crawlers[1].folder: is missing; write a folder with a slash behind, e.g. partner/ratings/",
      "naru:crawlers[1].oneTable: is of another form; write true or false",
      "naru:crawlers[2]: is no object; write {name, zone, folder, mode, delimiter, oneTable, schedule, connection, path}",
    ]);
  });
});
