/**
 * Serves a provider to the engine, in Pulumi's wire protocol. The SDK's own server hears of neither previews nor former
 * inputs, and would load the whole SDK for it.
 */
import * as grpc from "@grpc/grpc-js";
import pluginPb from "@pulumi/pulumi/proto/plugin_pb";
import providerGrpc from "@pulumi/pulumi/proto/provider_grpc_pb";
import pb from "@pulumi/pulumi/proto/provider_pb";
import statusPb from "@pulumi/pulumi/proto/status_pb";
import { Any } from "google-protobuf/google/protobuf/any_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { Struct, type JavaScriptValue } from "google-protobuf/google/protobuf/struct_pb";
import { InitFailed, type DetailedDiff, type EngineProvider } from "./engine-provider";
import type { Wire } from "./wire";

/** As the SDK's; the engine's messages hold whole functions' code. */
const MAX_MESSAGE_BYTES = 400 * 1024 * 1024;

export interface ServedProvider {
  readonly port: number;
  close(): void;
}

export interface ServeOptions {
  /** Of the plugin, as its package has it. */
  readonly version: string;
  /** Told the engine's address, when it comes. @default nobody is told */
  readonly onAttach?: (engineAddress: string) => void;
}

/** Listens on 127.0.0.1, at a port that the system chooses. */
export async function serveProvider(
  provider: EngineProvider,
  options: ServeOptions,
): Promise<ServedProvider> {
  const server = new grpc.Server({ "grpc.max_receive_message_length": MAX_MESSAGE_BYTES });
  server.addService(providerGrpc.ResourceProviderService, service(provider, options));
  const port = await new Promise<number>((resolve, reject) =>
    server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, bound) =>
      error === null ? resolve(bound) : reject(error),
    ),
  );
  return { port, close: () => server.forceShutdown() };
}

function service(
  provider: EngineProvider,
  { version, onAttach }: ServeOptions,
): grpc.UntypedServiceImplementation {
  return {
    ...handshakes(version, onAttach),
    ...configuration(provider),
    ...resources(provider),
    invoke: unary<pb.InvokeRequest>(async (request) => {
      const { outputs } = await provider.invoke(request.getTok(), wire(request.getArgs()));
      return new pb.InvokeResponse().setReturn(struct(outputs));
    }),
    construct: unary<pb.ConstructRequest>((request) => {
      // Loaded by those who have remote components: the others' start is no slower.
      const { constructRemote } = require("./remote-component") as typeof import("./remote-component");
      return constructRemote(request);
    }),
    cancel: unary(async () => new Empty()),
  };
}

function handshakes(
  version: string,
  onAttach?: (address: string) => void,
): grpc.UntypedServiceImplementation {
  return {
    handshake: unary<pb.ProviderHandshakeRequest>(async () => {
      const response = new pb.ProviderHandshakeResponse();
      return response.setAcceptSecrets(true).setAcceptResources(false).setAcceptOutputs(false);
    }),
    attach: unary<pluginPb.PluginAttach>(async (request) => {
      onAttach?.(request.getAddress());
      return new Empty();
    }),
    getPluginInfo: unary(async () => new pluginPb.PluginInfo().setVersion(version)),
    getSchema: unary(async () => new pb.GetSchemaResponse().setSchema("{}")),
  };
}

function configuration(provider: EngineProvider): grpc.UntypedServiceImplementation {
  return {
    checkConfig: unary<pb.CheckRequest>(async (request) =>
      new pb.CheckResponse().setInputs(request.getNews()),
    ),
    // Another region is told by each resource's own names.
    diffConfig: unary(async () => new pb.DiffResponse().setChanges(pb.DiffResponse.DiffChanges.DIFF_NONE)),
    configure: unary<pb.ConfigureRequest>(async (request) => {
      const inputs: Record<string, unknown> = { ...wire(request.getArgs()) };
      request.getVariablesMap().forEach((value, key) => {
        inputs[key.split(":").at(-1)!] ??= value;
      });
      provider.configure?.(inputs);
      const response = new pb.ConfigureResponse();
      return response.setAcceptsecrets(true).setSupportspreview(true);
    }),
  };
}

function resources(provider: EngineProvider): grpc.UntypedServiceImplementation {
  return {
    check: unary<pb.CheckRequest>(async (request) => {
      const { inputs, failures = [] } = await provider.check(
        request.getUrn(),
        wire(request.getOlds()),
        wire(request.getNews()),
      );
      const told = failures.map(({ property, reason }) =>
        new pb.CheckFailure().setProperty(property).setReason(reason),
      );
      return new pb.CheckResponse().setInputs(struct(inputs)).setFailuresList(told);
    }),
    diff: unary<pb.DiffRequest>(async (request) => {
      const olds = request.hasOldInputs() ? wire(request.getOldInputs()) : undefined;
      const state = wire(request.getOlds());
      return diffResponse(
        await provider.diff(request.getId(), request.getUrn(), state, wire(request.getNews()), olds),
      );
    }),
    create: unary<pb.CreateRequest>(async (request) => {
      const { id, outs } = await provider.create(
        request.getUrn(),
        wire(request.getProperties()),
        request.getPreview(),
      );
      return new pb.CreateResponse().setId(id).setProperties(struct(outs));
    }),
    read: unary<pb.ReadRequest>(async (request) => {
      const inputs = request.hasInputs() ? wire(request.getInputs()) : undefined;
      const state = wire(request.getProperties());
      const found = await provider.read(request.getId(), request.getUrn(), state, inputs);
      const response = new pb.ReadResponse();
      if (found.id === undefined) return response;
      return response.setId(found.id).setProperties(struct(found.props)).setInputs(struct(found.inputs));
    }),
    update: unary<pb.UpdateRequest>(async (request) => {
      const olds = request.hasOldInputs() ? wire(request.getOldInputs()) : undefined;
      const { outs } = await provider.update(
        request.getId(),
        request.getUrn(),
        wire(request.getOlds()),
        wire(request.getNews()),
        olds,
        request.getPreview(),
      );
      return new pb.UpdateResponse().setProperties(struct(outs));
    }),
    delete: unary<pb.DeleteRequest>(async (request) => {
      await provider.delete(request.getId(), request.getUrn(), wire(request.getProperties()));
      return new Empty();
    }),
  };
}

const KINDS = { add: 0, delete: 2, update: 4 } as const;

function diffResponse({
  changes,
  replaces = [],
  deleteBeforeReplace = false,
  detailed,
}: DetailedDiff): pb.DiffResponse {
  const { DIFF_SOME, DIFF_NONE } = pb.DiffResponse.DiffChanges;
  const response = new pb.DiffResponse();
  response.setChanges(changes ? DIFF_SOME : DIFF_NONE).setReplacesList(replaces);
  response.setDeletebeforereplace(deleteBeforeReplace).setHasdetaileddiff(detailed.length > 0);
  response.setDiffsList([...new Set(detailed.map(({ path }) => /^[^.[]*/.exec(path)![0]))]);
  for (const { path, kind, replaces: anew } of detailed) {
    // Each kind has its replacing one after it.
    const told = new pb.PropertyDiff().setKind(KINDS[kind] + (anew ? 1 : 0)).setInputdiff(true);
    response.getDetaileddiffMap().set(path, told);
  }
  return response;
}

function wire(held: Struct | undefined): Wire {
  return held?.toJavaScript() ?? {};
}

function struct(value: Wire | undefined): Struct {
  return Struct.fromJavaScript((value ?? {}) as Record<string, JavaScriptValue>);
}

/** What stands in spite of an error, where gRPC's implementation in Go looks for it. */
function detailsOf(error: Error): grpc.Metadata | undefined {
  if (!(error instanceof InitFailed)) return undefined;
  const failed = new pb.ErrorResourceInitFailed().setId(error.id).setProperties(struct(error.properties));
  failed.setReasonsList([error.message]);
  const detail = new Any();
  detail.pack(failed.serializeBinary(), "pulumirpc.ErrorResourceInitFailed");
  const status = new statusPb.Status().setCode(grpc.status.UNKNOWN).setMessage(error.message);
  status.addDetails(detail);
  const metadata = new grpc.Metadata();
  metadata.add("grpc-status-details-bin", Buffer.from(status.serializeBinary()));
  return metadata;
}

function unary<Request>(
  handler: (request: Request) => Promise<unknown>,
): grpc.handleUnaryCall<Request, unknown> {
  return (call, callback) => {
    handler(call.request).then(
      (response) => callback(null, response),
      (error: Error) =>
        callback({ code: grpc.status.UNKNOWN, details: error.message, metadata: detailsOf(error) }),
    );
  };
}
