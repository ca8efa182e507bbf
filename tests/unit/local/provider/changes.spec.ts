import { expect } from "chai";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { ROOT } from "../../../../local/paths";
import { EMULATED_TYPES } from "../../../../local/provider";
import {
  effectOf,
  effectOfChange,
  replacing,
  sourceOf,
  typesWithChanges,
} from "../../../../local/provider/changes";
import { recordProgram } from "../../../../local/recorder";

const FOLDER = join(ROOT, "local", "provider", "changes");
const ROWS: Readonly<Record<string, Record<string, string[]>>> = Object.assign(
  {},
  ...readdirSync(FOLDER)
    .filter((file) => file.endsWith(".yaml"))
    .map((file) => parse(readFileSync(join(FOLDER, file), "utf8")) as object),
);

const STACKS = ["dev", "local", "prod"];

/** Settings that bring the emulated types which no stack's plan holds. */
const OPTIONS: Readonly<Record<string, string>> = {
  ...{ "naru:network": "own", "naru:networkZones": "3" },
  "naru:directPut": '["lms.requests"]',
  "naru:alarmEmails": '["team@example.com"]',
  "naru:database": '{"engine":"postgresql"}',
  "naru:kafka": '{"cluster":"provisioned"}',
  "naru:crawlers":
    '[{"name":"ratings","zone":"curated","folder":"partner/ratings/","delimiter":";","mode":"events"}]',
};

describe("The table of changes", () => {
  it("has a row of each emulated type, and of no other", () => {
    expect([...typesWithChanges()].sort()).to.deep.equal([...EMULATED_TYPES].sort());
  });

  it("names an https address for each type", () => {
    for (const type of EMULATED_TYPES) expect(sourceOf(type), type).to.match(/^https:\/\/[^/ ]+\/\S+$/);
  });

  it("knows each input of each emulated resource of the accepted plans", () => {
    const inputs = new Set(STACKS.flatMap(acceptedInputs));
    expect(inputs.size).to.be.above(150);
    expect([...inputs].filter((input) => effectOf(...split(input)) === "unknown")).to.deep.equal([]);
  });

  it("knows each input of each emulated resource of a plan with options", async () => {
    const { resources } = await recordProgram({ root: ROOT, stack: "dev", config: OPTIONS });
    const inputs = resources
      .filter(({ type }) => EMULATED_TYPES.includes(type))
      .flatMap(({ type, inputs }) => Object.keys(inputs).map((key) => `${type} ${key}`))
      .filter((input) => !input.endsWith(" __defaults"));
    expect([...new Set(inputs)].filter((input) => effectOf(...split(input)) === "unknown")).to.deep.equal([]);
  }).timeout(60_000);

  it("says of no input two things", () => {
    const twice = EMULATED_TYPES.flatMap((type) => {
      const paths = rowPaths(type);
      return paths.filter((path, index) => paths.indexOf(path) !== index).map((path) => `${type} ${path}`);
    });
    expect(twice).to.deep.equal([]);
  });

  it("names inputs that the provider has", () => {
    const strangers = EMULATED_TYPES.flatMap((type) => {
      const known = declaredInputs(type);
      return rowPaths(type)
        .filter((path) => !known.has(path.split(".")[0]!))
        .map((path) => `${type} ${path}`);
    });
    expect(strangers).to.deep.equal([]);
  });

  it("tells parts of an object from the object", () => {
    const cluster = "aws:msk/cluster:Cluster";
    expect(effectOf(cluster, "brokerNodeGroupInfo")).to.equal("update");
    expect(effectOf(cluster, "brokerNodeGroupInfo.clientSubnets")).to.equal("replace");
    expect(effectOf(cluster, "brokerNodeGroupInfo.storageInfo")).to.equal("update");
    const before = { instanceType: "kafka.m7g.large", clientSubnets: ["a", "b"] };
    const change = (after: object) => effectOfChange(cluster, "brokerNodeGroupInfo", before, after);
    expect(change({ ...before, instanceType: "kafka.m7g.xlarge" })).to.equal("update");
    expect(change({ ...before, clientSubnets: ["a", "c"] })).to.equal("replace");
  });

  it("knows what changes nothing, what it does not know, and what is not emulated", () => {
    expect(effectOf("aws:s3/bucket:Bucket", "forceDestroy")).to.equal("none");
    expect(effectOf("aws:s3/bucket:Bucket", "region")).to.equal("replace");
    expect(effectOf("aws:s3/bucket:Bucket", "shoeSize")).to.equal("unknown");
    expect(effectOf("aws:cloudtrail/trail:Trail", "name")).to.equal("unknown");
    expect(replacing("aws:cloudtrail/trail:Trail")).to.deep.equal([]);
    expect(sourceOf("aws:cloudtrail/trail:Trail")).to.equal(undefined);
  });
});

function split(input: string): [type: string, property: string] {
  const [type, property] = input.split(" ");
  return [type!, property!];
}

/** `type input` of the emulated resources of an accepted plan. */
function acceptedInputs(stack: string): string[] {
  const file = join(ROOT, "tests", "baseline", `${stack}.json`);
  const { resources } = JSON.parse(readFileSync(file, "utf8")) as {
    resources: { id: string; inputs: Record<string, string> }[];
  };
  return resources.flatMap(({ id, inputs }) => {
    const type = id.split("::")[0]!.split("$").at(-1)!;
    return EMULATED_TYPES.includes(type) ? Object.keys(inputs).map((key) => `${type} ${key}`) : [];
  });
}

/** Every path that a type's row names, as the files have them. */
function rowPaths(type: string): readonly string[] {
  const { source: _, ...effects } = ROWS[type]!;
  return Object.values(effects).flat();
}

/** Inputs as @pulumi/aws declares them. */
function declaredInputs(type: string): ReadonlySet<string> {
  const file = join(ROOT, "node_modules", "@pulumi", "aws", `${type.split(":")[1]}.d.ts`);
  const text = readFileSync(file, "utf8");
  const args = text.slice(text.search(/export interface \w+Args \{/));
  return new Set([...args.matchAll(/^ {4}(\w+)\??: /gm)].map(([, name]) => name!));
}
