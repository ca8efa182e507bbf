import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import * as grpc from "@grpc/grpc-js";
import providerGrpc from "@pulumi/pulumi/proto/provider_grpc_pb";
import pb from "@pulumi/pulumi/proto/provider_pb";
import { expect } from "chai";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import { ROOT } from "../../../../local/paths";
import { LocalProvider } from "../../../../local/provider/provider";
import { startMonitor } from "../../../../local/recorder/monitor";

/** One package's plugin, in a process of its own as the engine has it; asked in its wire protocol. */
class Plugin {
  private constructor(
    private readonly child: ChildProcess,
    private readonly client: grpc.Client & Record<string, unknown>,
  ) {}

  static async start(name: string): Promise<Plugin> {
    const environment = { ...process.env, NARU_PLUGIN: name, NARU_ENDPOINTS: undefined };
    const child = spawn(process.execPath, [join(ROOT, "local", "provider", "plugin.js")], {
      env: environment,
      stdio: ["ignore", "pipe", "inherit"],
    });
    const [printed] = (await once(child.stdout!, "data")) as [Buffer];
    expect(printed.toString()).to.match(/^\d+\n$/);
    const Client = providerGrpc.ResourceProviderClient as unknown as grpc.ServiceClientConstructor;
    const address = `127.0.0.1:${printed.toString().trim()}`;
    return new Plugin(child, new Client(address, grpc.credentials.createInsecure()) as never);
  }

  ask<Response>(method: string, request: object): Promise<Response> {
    const asked = this.client[method] as (
      request: object,
      answer: (error: grpc.ServiceError | null, response: Response) => void,
    ) => void;
    return new Promise((resolve, reject) =>
      asked.call(this.client, request, (error, response) =>
        error === null ? resolve(response) : reject(error),
      ),
    );
  }

  stop(): void {
    this.client.close();
    this.child.kill();
  }
}

const SECRET = { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270" };
const struct = (value: object) => Struct.fromJavaScript(value as never);
const urnOf = (type: string) => `urn:pulumi:dev::naru::${type}::one`;

describe("the engine's plugins", function () {
  this.timeout(30_000);
  const plugins = new Map<string, Plugin>();
  const plugin = (name: string) => plugins.get(name)!;

  before(async () => {
    for (const name of ["aws", "awsx", "random"]) plugins.set(name, await Plugin.start(name));
  });

  after(() => plugins.forEach((each) => each.stop()));

  it("take secrets, and previews", async () => {
    const response = await plugin("aws").ask<pb.ConfigureResponse>("configure", new pb.ConfigureRequest());
    expect(response.toObject()).to.include({
      acceptsecrets: true,
      supportspreview: true,
      acceptresources: false,
    });
  });

  it("answer as the provider does in process: check, create, diff, update, read, delete", async () => {
    const here = new LocalProvider();
    const urn = urnOf("aws:scheduler/schedule:Schedule");
    const inputs = { name: "one", state: "ENABLED", target: { ...SECRET, value: { arn: "a" } } };
    const checked = new pb.CheckRequest().setUrn(urn).setNews(struct(inputs)).setOlds(struct({}));
    const { inputs: kept } = (await plugin("aws").ask<pb.CheckResponse>("check", checked)).toObject();
    expect(kept).to.not.equal(undefined);

    const create = new pb.CreateRequest().setUrn(urn).setProperties(struct(inputs));
    const made = await plugin("aws").ask<pb.CreateResponse>("create", create);
    const state = made.getProperties()!.toJavaScript();
    expect({ id: made.getId(), outs: state }).to.deep.equal(await here.create(urn, inputs));
    expect(state.arn).to.equal("arn:aws:scheduler:ap-northeast-2:123456789012:schedule/one");

    const news = { ...inputs, state: "DISABLED" };
    const diff = new pb.DiffRequest().setId("one").setUrn(urn).setOlds(struct(state)).setNews(struct(news));
    const told = await plugin("aws").ask<pb.DiffResponse>("diff", diff.setOldInputs(struct(inputs)));
    expect(told.getChanges()).to.equal(pb.DiffResponse.DiffChanges.DIFF_SOME);
    expect(told.getDetaileddiffMap().get("state")!.getKind()).to.equal(pb.PropertyDiff.Kind.UPDATE);

    const update = new pb.UpdateRequest()
      .setId("one")
      .setUrn(urn)
      .setOlds(struct(state))
      .setNews(struct(news));
    const updated = await plugin("aws").ask<pb.UpdateResponse>("update", update.setOldInputs(struct(inputs)));
    const { outs } = await here.update("one", urn, state, news, inputs);
    expect(updated.getProperties()!.toJavaScript()).to.deep.equal(outs);

    const read = new pb.ReadRequest()
      .setId("one")
      .setUrn(urn)
      .setProperties(struct(outs))
      .setInputs(struct(news));
    const found = await plugin("aws").ask<pb.ReadResponse>("read", read);
    expect(found.getInputs()!.toJavaScript()).to.deep.equal(news);
    const remove = new pb.DeleteRequest().setId("one").setUrn(urn).setProperties(struct(outs));
    await plugin("aws").ask("delete", remove);
  });

  it("answer what a program asks, and refuse what can't be known", async () => {
    const ask = (token: string) =>
      plugin("aws").ask<pb.InvokeResponse>(
        "invoke",
        new pb.InvokeRequest().setTok(token).setArgs(struct({})),
      );
    const answer = await ask("aws:index/getPartition:getPartition");
    expect(answer.getReturn()!.toJavaScript()).to.include({ partition: "aws" });
    const refused = await ask("aws:ec2/getAmi:getAmi").catch((error: Error) => error.message);
    expect(refused).to.include("asks for aws:ec2/getAmi:getAmi");
  });

  it("make random values once, as secrets where @pulumi/random does", async () => {
    const urn = urnOf("random:index/randomPassword:RandomPassword");
    const inputs = { length: 20, special: false, minUpper: 3 };
    const make = () => plugin("random").ask<pb.CreateResponse>("create", create);
    const create = new pb.CreateRequest().setUrn(urn).setProperties(struct(inputs));
    const [one, other] = [await make(), await make()].map((made) => made.getProperties()!.toJavaScript());
    const { value } = one!.result as { value: string };
    expect(one!.result).to.deep.equal({ ...SECRET, value });
    expect(value)
      .to.match(/^[A-Za-z0-9]{20}$/)
      .and.match(/([A-Z].*){3}/);
    expect(one).to.not.deep.equal(other);
  });

  it("register a VPC's children at the engine, as the recorder has them", async () => {
    const facts = { accountId: "123456789012", region: "ap-northeast-2", partition: "aws" };
    const monitor = await startMonitor({
      project: "naru",
      stack: "dev",
      root: ROOT,
      facts,
      onLog: () => undefined,
    });
    try {
      const request = new pb.ConstructRequest().setType("awsx:ec2:Vpc").setName("main").setDryrun(true);
      request.setMonitorendpoint(monitor.monitorAddress).setInputs(
        struct({
          ...{ cidrBlock: "10.0.0.0/16", numberOfAvailabilityZones: 2, subnetStrategy: "Auto" },
          natGateways: { strategy: "None" },
          subnetSpecs: [{ type: "Isolated", name: "closed", cidrBlocks: ["10.0.0.0/24", "10.0.1.0/24"] }],
        }),
      );
      const made = await plugin("awsx").ask<pb.ConstructResponse>("construct", request.setProtect(true));
      expect(made.getUrn()).to.equal("urn:pulumi:dev::naru::awsx:ec2:Vpc::main");
      const { resources } = monitor.recording;
      expect(resources.map(({ type }) => type.split(":").at(-1))).to.deep.equal([
        ...["Vpc", "Vpc", "InternetGateway"],
        ...["Subnet", "RouteTable", "RouteTableAssociation"],
        ...["Subnet", "RouteTable", "RouteTableAssociation"],
      ]);
      expect(resources.every(({ options }) => options.protect)).to.equal(true);
      const table = resources.find(({ type }) => type === "aws:ec2/routeTable:RouteTable")!;
      expect(table.propertyDependencies.vpcId).to.deep.equal([resources[1]!.urn]);
      expect(made.getState()!.toJavaScript().isolatedSubnetIds).to.have.length(2);
    } finally {
      monitor.close();
    }
  });
});
