import { expect } from "chai";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { ROOT } from "../../../../local/paths";
import { EMULATED_TYPES } from "../../../../local/provider";
import {
  deletesFirst,
  effectOf,
  effectOfChange,
  replacing,
  replacingPart,
  sourceOf,
  typesWithChanges,
} from "../../../../local/provider/changes";
import { recordProgram } from "../../../../local/recorder";
import { ADDING, examples } from "../../../setting-examples";
import { DeclaredInputs } from "./declared-inputs";

interface Row extends Readonly<Record<string, unknown>> {
  readonly named?: string;
  readonly replaceWhen?: readonly {
    readonly input?: string;
    readonly oneOf?: readonly string[];
    readonly unless?: Readonly<Record<string, string>>;
  }[];
}

const FOLDER = join(ROOT, "local", "provider", "changes");
const FILES: readonly Readonly<Record<string, Row>>[] = readdirSync(FOLDER)
  .filter((file) => file.endsWith(".yaml"))
  .map((file) => parse(readFileSync(join(FOLDER, file), "utf8")) as Record<string, Row>);
const ROWS: Readonly<Record<string, Row>> = Object.assign({}, ...FILES) as Record<string, Row>;
const TYPES = typesWithChanges();

const STACKS = ["dev", "local", "prod"];

/** Settings that bring types which no stack's plan holds: programs, since some shut others out. */
const OPTIONS: readonly Readonly<Record<string, string>>[] = [
  {
    ...examples(ADDING),
    ...{ "naru:network": "own", "naru:networkZones": "3" },
  },
  { "naru:accountGovernance": "true", ...examples(["lakeAdmins"]) },
  {
    ...{ "naru:network": "own", "naru:networkNatGateways": "per-zone" },
    "naru:directPut": '["lms.requests"]',
    "naru:alarmEmails": '["team@example.com"]',
    "naru:database": '{"engine":"postgresql"}',
    "naru:kafka": '{"cluster":"provisioned"}',
    "naru:crawlers":
      '[{"name":"ratings","zone":"curated","folder":"partner/ratings/","delimiter":";","mode":"events"}]',
  },
];

/** Inputs of @pulumi/aws that the schema which was read doesn't have yet. */
const NEWER = ["warmUpConfiguration", "warningEventCategories"];

describe("The table of changes", () => {
  const declared = new DeclaredInputs();
  const planned = new Set<string>();

  before(async function () {
    this.timeout(120_000);
    for (const config of OPTIONS) {
      const { resources } = await recordProgram({ root: ROOT, stack: "dev", config });
      for (const { type, inputs } of resources.filter(({ custom }) => custom)) {
        for (const input of Object.keys(inputs)) planned.add(`${type} ${input}`);
      }
    }
  });

  it("has one row of each type that the components make, whatever the settings", () => {
    expect(TYPES).to.include.members([...EMULATED_TYPES, ...typesInComponents()]);
    expect(FILES.flatMap((file) => Object.keys(file))).to.have.members([...TYPES]);
  });

  it("knows each input of each resource of the accepted plans, and of plans with options", () => {
    const made = [...new Set([...STACKS.flatMap(acceptedInputs), ...planned])]
      .filter((input) => input.startsWith("aws:"))
      .filter((input) => !input.endsWith(" __defaults"));
    expect(made.length).to.be.above(450);
    expect(made.filter((input) => effectOf(...split(input)) === "unknown")).to.deep.equal([]);
    expect(new Set(made.map((input) => split(input)[0])).size).to.be.above(90);
  });

  it("says of each input that the provider has what its change does", () => {
    const missing = TYPES.flatMap((type) =>
      [...declared.of(type).keys()]
        .filter((input) => effectOf(type, input) === "unknown" && !NEWER.includes(input))
        .map((input) => `${type} ${input}`),
    );
    expect(missing).to.deep.equal([]);
  });

  it("names the provider's file of each type's service, of one version", () => {
    const sources = TYPES.map((type) => [type, sourceOf(type)!] as const);
    for (const [type, source] of sources) {
      const [, version, service] =
        /^https:\/\/github\.com\/hashicorp\/terraform-provider-aws\/blob\/(v[\d.]+)\/internal\/service\/(\w+)\/\w+\.go$/.exec(
          source,
        ) ?? [];
      expect(version, type).to.equal("v6.58.0");
      expect(service, type).to.be.oneOf(servicesOf(type));
    }
    const files = sources.map(([, source]) => source);
    expect(files.filter((file, index) => files.indexOf(file) !== index)).to.deep.equal([]);
  });

  it("says of no path two things", () => {
    const twice = TYPES.flatMap((type) => {
      const paths = rowPaths(type);
      return paths.filter((path, index) => paths.indexOf(path) !== index).map((path) => `${type} ${path}`);
    });
    expect(twice).to.deep.equal([]);
  });

  it("names inputs that the provider has, down to the last key of a path", () => {
    const strangers = TYPES.flatMap((type) =>
      [...rowPaths(type), ...conditionalInputs(type)]
        .filter((path) => !declared.has(type, path.split(".")))
        .map((path) => `${type} ${path}`),
    );
    expect(strangers).to.deep.equal([]);
    expect(declared.has("aws:msk/cluster:Cluster", ["brokerNodeGroupInfo", "shoeSize"])).to.equal(false);
  });

  it("asks of values only where the input may change in place", () => {
    for (const type of TYPES) {
      for (const input of conditionalInputs(type)) {
        if (ROWS[type]!.replaceWhen!.some((each) => input in (each.unless ?? {}))) continue;
        expect(effectOf(type, input), `${type} ${input}`).to.equal("update");
      }
    }
  });

  it("tells parts of an object from the object, and sees parts come, go and change in lists", () => {
    const cluster = "aws:msk/cluster:Cluster";
    expect(effectOf(cluster, "brokerNodeGroupInfo")).to.equal("update");
    expect(effectOf(cluster, "brokerNodeGroupInfo.clientSubnets")).to.equal("replace");
    expect(effectOf(cluster, "brokerNodeGroupInfo.storageInfo")).to.equal("update");
    const brokerNodeGroupInfo = { instanceType: "kafka.m7g.large", clientSubnets: ["a", "b"] };
    const change = (after: object) =>
      effectOfChange(
        cluster,
        "brokerNodeGroupInfo",
        { brokerNodeGroupInfo },
        { brokerNodeGroupInfo: { ...brokerNodeGroupInfo, ...after } },
      );
    expect(change({ instanceType: "kafka.m7g.xlarge" })).to.equal("update");
    expect(change({ clientSubnets: ["a", "c"] })).to.equal("replace");
    const permissions = "aws:lakeformation/permissions:Permissions";
    const tags = (...expressions: object[]) => ({ lfTagPolicy: { catalogId: "1", expressions } });
    const [one, two] = [
      { key: "a", values: ["b"] },
      { key: "c", values: ["d"] },
    ];
    const grown = effectOfChange(permissions, "lfTagPolicy.expressions", tags(one), tags(one, two));
    expect(grown, "an item more, whose key replaces").to.equal("replace");
    const moved = { ...tags(one), lfTagPolicy: { ...tags(one).lfTagPolicy, catalogId: "2" } };
    expect(effectOfChange(permissions, "lfTagPolicy.catalogId", tags(one), moved)).to.equal("update");
  });

  it("leaves out of what replaces the parts that change in place", () => {
    const stream = "aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream";
    const path = "extendedS3Configuration.dynamicPartitioningConfiguration";
    const part = replacingPart(stream, path, { enabled: true, retryDuration: 300 });
    expect(part).to.deep.equal({ enabled: true });
    expect(effectOf(stream, `${path}.enabled`)).to.equal("replace");
    expect(effectOf(stream, `${path}.retryDuration`)).to.equal("update");
  });

  it("knows what hangs on values: versions, kinds, other inputs, and one instead of another", () => {
    const effect = (type: string, before: object, after: object) =>
      effectOfChange(type, Object.keys({ ...before, ...after })[0]!, { ...before }, { ...after });
    const kafka = (from: string, to: string) =>
      effect("aws:msk/cluster:Cluster", { kafkaVersion: from }, { kafkaVersion: to });
    expect(kafka("3.9.x", "3.8.x")).to.equal("replace");
    expect(kafka("3.9.x.kraft", "3.10.x.kraft")).to.equal("update");
    expect(kafka("3.9.x", "3.9.x.kraft")).to.equal("update");
    const cidr = { cidrIpv4: "10.0.0.0/8" };
    const rule = "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule";
    expect(effect(rule, cidr, { prefixListId: "pl-1" })).to.equal("replace");
    expect(effect(rule, cidr, { cidrIpv4: "10.1.0.0/16" })).to.equal("update");
    const endpoint = (vpcEndpointType: string) =>
      effect(
        "aws:ec2/vpcEndpoint:VpcEndpoint",
        { privateDnsEnabled: true, vpcEndpointType },
        { privateDnsEnabled: false, vpcEndpointType },
      );
    expect(endpoint("Interface")).to.equal("update");
    expect(endpoint("Gateway")).to.equal("replace");
    const tier = (from: string, to: string) =>
      effect("aws:ssm/parameter:Parameter", { tier: from }, { tier: to });
    expect(tier("Advanced", "Standard")).to.equal("replace");
    expect(tier("Standard", "Advanced")).to.equal("update");
    const restored = (restoreSourceName: string) =>
      effect("aws:dynamodb/table:Table", { restoreSourceName: "one" }, { restoreSourceName });
    expect(restored("two")).to.equal("replace");
    expect(restored("")).to.equal("update");
  });

  it("says which resource goes first: one whose name the program gave, and where the provider says so", () => {
    expect(deletesFirst("aws:sqs/queue:Queue", { name: "a" })).to.equal(true);
    expect(deletesFirst("aws:kms/key:Key", { keyUsage: "SIGN_VERIFY" }), "a key has no name").to.equal(false);
    expect(deletesFirst("aws:s3/bucket:Bucket", { bucket: "a" })).to.equal(true);
    expect(deletesFirst("aws:s3/bucketPolicy:BucketPolicy", { bucket: "a" })).to.equal(false);
    expect(deletesFirst("aws:apigateway/integration:Integration", {})).to.equal(true);
    expect(deletesFirst("aws:glue/catalogTable:CatalogTable", { name: "a" })).to.equal(false);
  });

  it("knows what changes nothing, what it does not know, and what nobody makes", () => {
    expect(effectOf("aws:s3/bucket:Bucket", "forceDestroy")).to.equal("none");
    expect(effectOf("aws:s3/bucket:Bucket", "region")).to.equal("replace");
    expect(effectOf("aws:s3/bucket:Bucket", "shoeSize")).to.equal("unknown");
    expect(effectOf("aws:cloudtrail/trail:Trail", "name")).to.equal("replace");
    expect(effectOf("aws:sagemaker/domain:Domain", "domainName")).to.equal("unknown");
    expect(replacing("aws:sagemaker/domain:Domain")).to.deep.equal([]);
    expect(sourceOf("aws:sagemaker/domain:Domain")).to.equal(undefined);
  });
});

function split(input: string): [type: string, property: string] {
  const [type, property] = input.split(" ");
  return [type!, property!];
}

/** `type input` of the resources of an accepted plan. */
function acceptedInputs(stack: string): string[] {
  const file = join(ROOT, "tests", "baseline", `${stack}.json`);
  const { resources } = JSON.parse(readFileSync(file, "utf8")) as {
    resources: { id: string; inputs: Record<string, string> }[];
  };
  return resources.flatMap(({ id, inputs }) => {
    const type = id.split("::")[0]!.split("$").at(-1)!;
    return Object.keys(inputs).map((key) => `${type} ${key}`);
  });
}

/** Types by `new aws.<module>.<Name>(` in the components, e.g. `aws:s3/bucket:Bucket`. */
function typesInComponents(): string[] {
  const files = readdirSync(join(ROOT, "components"), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(".ts"))
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), "utf8"));
  const made = files.flatMap((text) => [...text.matchAll(/new aws\.(\w+)\.(\w+)\(/g)]);
  return [
    ...new Set(
      made.map(([, module, name]) => `aws:${module}/${name![0]!.toLowerCase()}${name!.slice(1)}:${name}`),
    ),
  ];
}

/** Every path that a type's row names, as the files have them. */
function rowPaths(type: string): readonly string[] {
  const { replace, update, none } = ROWS[type]!;
  return [replace, update, none].flatMap((paths) => (paths ?? []) as string[]);
}

function conditionalInputs(type: string): readonly string[] {
  return (ROWS[type]!.replaceWhen ?? []).flatMap(({ input, oneOf = [], unless = {} }) => [
    ...(input === undefined ? [] : [input]),
    ...oneOf,
    ...Object.keys(unless),
  ]);
}

/** The provider's folders that hold the types of a module of @pulumi/aws. */
function servicesOf(type: string): readonly string[] {
  const folders: Readonly<Record<string, readonly string[]>> = {
    cloudwatch: ["cloudwatch", "events", "logs"],
    kinesis: ["kinesis", "firehose"],
    ...{ macie: ["macie2"], msk: ["kafka"], mskconnect: ["kafkaconnect"], vpc: ["ec2"] },
  };
  const module = /^aws:(\w+)\//.exec(type)![1]!;
  return folders[module] ?? [module];
}
