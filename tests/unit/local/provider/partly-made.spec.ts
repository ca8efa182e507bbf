import * as grpc from "@grpc/grpc-js";
import providerGrpc from "@pulumi/pulumi/proto/provider_grpc_pb";
import pb from "@pulumi/pulumi/proto/provider_pb";
import statusPb from "@pulumi/pulumi/proto/status_pb";
import { expect } from "chai";
import { Struct, type JavaScriptValue } from "google-protobuf/google/protobuf/struct_pb";
import type { CloudClients } from "../../../../local/endpoints";
import { InitFailed } from "../../../../local/provider/engine-provider";
import { completed } from "../../../../local/provider/partly-made";
import { LocalProvider } from "../../../../local/provider/provider";
import type { Inputs, ResourceType } from "../../../../local/provider/resource-type";
import { serveProvider } from "../../../../local/provider/server";

const QUEUE = "aws:sqs/queue:Queue";
const URN = `urn:pulumi:local::naru::${QUEUE}::one`;
const INPUTS = { name: "one", tags: { a: "1" } };

/** A service that makes a thing by one call, and tags it by another, which it refuses once. */
class Service {
  readonly held = new Map<string, Inputs>();
  private refusals = 1;

  readonly type: ResourceType = {
    create: async ({ name, tags }) => {
      this.held.set(name, { name, tags: {} });
      return completed({ id: name, outputs: { arn: `arn:${name}` } }, async () => this.tag(name, tags));
    },
    read: async (id) => {
      const held = this.held.get(id);
      return held && { inputs: { ...held } };
    },
    update: async (id, state, { tags }) => {
      if (JSON.stringify(state.tags) !== JSON.stringify(tags)) this.tag(id, tags);
    },
    delete: async (id) => void this.held.delete(id),
  };

  private tag(name: string, tags: Inputs): void {
    if (this.refusals-- > 0) throw new Error("not authorized to perform: sqs:TagQueue");
    this.held.get(name)!.tags = tags;
  }
}

function providerOf({ type }: Service): LocalProvider {
  const place = { region: "ap-northeast-2", accountId: "000000000000", partition: "aws" };
  return new LocalProvider({
    place,
    emulation: () => ({ cloud: {} as CloudClients, types: { [QUEUE]: type } }),
  });
}

async function failure(work: Promise<unknown>): Promise<Error> {
  return work.then(
    () => new Error("it was not refused"),
    (error: Error) => error,
  );
}

describe("a resource that was made, but not all that was asked of it", () => {
  it("is told with its id and as it stands, and the next update brings it to what was asked", async () => {
    const service = new Service();
    const provider = providerOf(service);
    const failed = (await failure(provider.create(URN, INPUTS))) as InitFailed;
    expect(failed).to.be.instanceOf(InitFailed);
    expect(failed.message).to.contain("queue:Queue one").and.to.contain("lacks sqs:TagQueue");
    expect(failed.id).to.equal("one");
    expect(failed.properties).to.include({ name: "one", arn: "arn:one" });
    expect(failed.properties.tags).to.deep.equal({});

    // The engine believes that the inputs are those of the creation, and asks for an update all the same.
    const { outs } = await provider.update("one", URN, failed.properties, INPUTS, INPUTS);
    expect(service.held.get("one")).to.deep.equal(INPUTS);
    expect(outs).to.deep.equal({ ...INPUTS, arn: "arn:one", id: "one" });
  });

  it("is updated after a refresh too, which tells the engine of no failure, and then as any other", async () => {
    const provider = providerOf(new Service());
    const { id, properties } = (await failure(provider.create(URN, INPUTS))) as InitFailed;
    const { props } = await provider.read(id, URN, properties, INPUTS);
    expect((await provider.diff(id, URN, props!, INPUTS, INPUTS)).changes).to.equal(true);
    const { outs } = await provider.update(id, URN, props!, INPUTS, INPUTS);
    expect((await provider.diff(id, URN, outs, INPUTS, INPUTS)).changes).to.equal(false);
  });

  it("can be deleted", async () => {
    const service = new Service();
    const provider = providerOf(service);
    const { id, properties } = (await failure(provider.create(URN, INPUTS))) as InitFailed;
    await provider.delete(id, URN, properties);
    expect(service.held.size).to.equal(0);
  });

  it("ends a run in process as any refusal does", async () => {
    const refused = await failure(providerOf(new Service()).make(URN, INPUTS));
    expect(refused.message).to.contain("lacks sqs:TagQueue");
  });

  it("reaches the engine in its own form, so that the state has it", async () => {
    const served = await serveProvider(providerOf(new Service()), { version: "1.0.0" });
    const Client = providerGrpc.ResourceProviderClient as unknown as grpc.ServiceClientConstructor;
    const client = new Client(`127.0.0.1:${served.port}`, grpc.credentials.createInsecure());
    const request = new pb.CreateRequest().setUrn(URN);
    request.setProperties(Struct.fromJavaScript(INPUTS as Record<string, JavaScriptValue>));
    const create = client.create!.bind(client) as (
      asked: pb.CreateRequest,
      answer: (error: grpc.ServiceError) => void,
    ) => void;
    const error = await new Promise<grpc.ServiceError>((resolve) => create(request, resolve));
    client.close();
    served.close();
    const [bytes] = error.metadata.get("grpc-status-details-bin") as [Buffer];
    const [detail] = statusPb.Status.deserializeBinary(bytes).getDetailsList();
    const told = pb.ErrorResourceInitFailed.deserializeBinary(detail!.getValue_asU8());
    expect(detail!.getTypeUrl()).to.match(/pulumirpc\.ErrorResourceInitFailed$/);
    expect(told.getId()).to.equal("one");
    expect(told.getProperties()!.toJavaScript()).to.include({ name: "one", arn: "arn:one" });
    expect(told.getReasonsList()[0]).to.contain("lacks sqs:TagQueue");
  });
});
