/**
 * The two services that a Pulumi program talks to, in Pulumi's own wire protocol: `ResourceMonitor` takes what the
 * program registers, `Engine` takes its log. What answers is not an engine but a recorder and, where one is given, a
 * provider that makes the resource.
 */
import { isAbsolute, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import * as grpc from "@grpc/grpc-js";
import engineGrpc from "@pulumi/pulumi/proto/engine_grpc_pb";
import enginePb from "@pulumi/pulumi/proto/engine_pb";
import providerPb from "@pulumi/pulumi/proto/provider_pb";
import resourceGrpc from "@pulumi/pulumi/proto/resource_grpc_pb";
import resourcePb from "@pulumi/pulumi/proto/resource_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { Struct, type JavaScriptValue } from "google-protobuf/google/protobuf/struct_pb";
import { unknownValue } from "@pulumi/pulumi/runtime/rpc";
import { constructOf } from "./construct";
import { Standing, urnsIn, wireForm, type Child } from "./construct/child";
import { answerInvoke, zonesOf, type InvokeFacts } from "./invokes";
import { STACK_TYPE, type RecordedResource, type SourceLine } from "./recorded-resource";
import { Refusals } from "./refusals";
import { referenced, STACK_REFERENCE, type StackOutputs } from "./stack-references";

/** Makes a custom resource; answers `undefined` where it has no engine for the type, so that it stays planned. */
export type Create = (
  resource: RecordedResource,
  object: Struct | undefined,
) => Promise<{ id: string; outputs: Record<string, unknown> } | undefined>;

export interface MonitorOptions {
  readonly project: string;
  readonly stack: string;
  /** What paths in a plan are relative to. */
  readonly root: string;
  readonly facts: InvokeFacts;
  /** Of stacks that the program reads. @default none */
  readonly stackOutputs?: StackOutputs;
  /** Absent in a preview. */
  readonly create?: Create;
  /** Called for each warning or error that the program logs. */
  readonly onLog: (severity: "warning" | "error", message: string) => void;
}

/** A resource and, once the recording is over, how it ended: created, or planned for want of a provider or engine. */
export interface Recording {
  readonly resources: RecordedResource[];
  /** URNs that `create` made. */
  readonly created: Set<string>;
  /** Where the program makes each resource, by URN; what a remote component makes has the component's line. */
  readonly sources: Map<string, SourceLine>;
}

/** How a program reads a resource that it was handed as an output. */
const GET_RESOURCE = "pulumi:pulumi:getResource";

const FEATURES = new Set(["secrets", "resourceReferences", "outputValues", "aliasSpecs", "deletedWith"]);
/** Plans of large stacks pass gRPC's 4 MB default. */
const MAX_MESSAGE_BYTES = 400 * 1024 * 1024;

export interface RunningMonitor {
  readonly recording: Recording;
  /** Resolves when a registration was refused, and none is under way. */
  readonly refused: Promise<void>;
  readonly monitorAddress: string;
  readonly engineAddress: string;
  close(): void;
}

export async function startMonitor(options: MonitorOptions): Promise<RunningMonitor> {
  const recording: Recording = { resources: [], created: new Set(), sources: new Map() };
  const refusals = new Refusals((message) => options.onLog("error", message));
  const service = monitorService(options, recording, refusals);
  const monitor = await serve(resourceGrpc.ResourceMonitorService, service);
  const engine = await serve(engineGrpc.EngineService, engineService(options));
  return {
    recording,
    refused: refusals.ended,
    monitorAddress: monitor.address,
    engineAddress: engine.address,
    close: () => [monitor, engine].forEach(({ server }) => server.forceShutdown()),
  };
}

function monitorService(
  options: MonitorOptions,
  recording: Recording,
  refusals: Refusals,
): grpc.UntypedServiceImplementation {
  const urns = new Set<string>();
  const add = (resource: RecordedResource, source: SourceLine | undefined) => {
    if (urns.has(resource.urn)) {
      throw new Error(`Duplicate resource URN '${resource.urn}'; try giving it a unique name`);
    }
    urns.add(resource.urn);
    recording.resources.push(resource);
    if (source !== undefined) recording.sources.set(resource.urn, source);
  };
  const make = async (resource: RecordedResource, object: Struct | undefined) => {
    const made = await options.create!(resource, object);
    if (made === undefined) return { id: resource.name };
    recording.created.add(resource.urn);
    return { id: made.id, outputs: { ...resource.inputs, ...made.outputs } };
  };
  /** What the program may read back: children of remote components. */
  const children = new Map<string, { id: string; state: Record<string, unknown> }>();
  const construct = (component: RecordedResource) =>
    constructOf(component.type)({
      name: component.name,
      inputs: component.inputs,
      zones: zonesOf(options.facts),
      register: async (child) => {
        const resource = recordChild(options, component, child);
        add(resource, recording.sources.get(component.urn));
        const preview = options.create === undefined;
        const made = preview ? { id: "" } : await make(resource, toStruct(resource.inputs));
        children.set(resource.urn, { id: made.id, state: { ...resource.inputs, ...made.outputs } });
        return new Standing(resource.urn, preview ? unknownValue : made.id);
      },
    });
  return {
    supportsFeature: unary<resourcePb.SupportsFeatureRequest>(async (request) => {
      const response = new resourcePb.SupportsFeatureResponse();
      response.setHassupport(FEATURES.has(request.getId()));
      return response;
    }),
    registerResource: registration<resourcePb.RegisterResourceRequest>(refusals, async (request) => {
      const resource = record(options, request);
      const response = new resourcePb.RegisterResourceResponse();
      response.setUrn(resource.urn);
      response.setObject(request.getObject());
      add(resource, sourceLine(options.root, request));
      if (request.getRemote()) {
        const outputs = await construct(resource);
        response.setObject(toStruct(wireForm(outputs) as Record<string, unknown>));
        for (const [output, value] of Object.entries(outputs)) {
          const dependencies = new resourcePb.RegisterResourceResponse.PropertyDependencies();
          dependencies.setUrnsList([resource.urn, ...urnsIn(value)]);
          response.getPropertydependenciesMap().set(output, dependencies);
        }
      }
      if (!resource.custom || options.create === undefined) return response;
      const made = await make(resource, request.getObject());
      response.setId(made.id);
      if (made.outputs !== undefined) response.setObject(toStruct(made.outputs));
      return response;
    }),
    readResource: registration<resourcePb.ReadResourceRequest>(refusals, async (request) => {
      if (request.getType() !== STACK_REFERENCE) {
        throw new Error(
          `${request.getType()} ${request.getName()} is read from an account, which offline nobody has`,
        );
      }
      const response = new resourcePb.ReadResourceResponse();
      response.setUrn(
        `urn:pulumi:${options.stack}::${options.project}::${STACK_REFERENCE}::${request.getName()}`,
      );
      response.setProperties(toStruct(referenced(request, options.stackOutputs ?? {})));
      return response;
    }),
    registerResourceOutputs: unary<resourcePb.RegisterResourceOutputsRequest>(async (request) => {
      const at = recording.resources.findIndex(({ urn }) => urn === request.getUrn());
      const resource = recording.resources[at];
      if (resource !== undefined)
        recording.resources[at] = { ...resource, outputs: fromStruct(request.getOutputs()) };
      return new Empty();
    }),
    invoke: unary<resourcePb.ResourceInvokeRequest>(async (request) => {
      const response = new providerPb.InvokeResponse();
      const args = fromStruct(request.getArgs());
      const urn = String(args.urn);
      const child = request.getTok() === GET_RESOURCE ? children.get(urn) : undefined;
      response.setReturn(
        toStruct(
          child === undefined ? answerInvoke(request.getTok(), options.facts, args) : { urn, ...child },
        ),
      );
      return response;
    }),
    registerPackage: unary(async () => new resourcePb.RegisterPackageResponse()),
    registerStackTransform: unary(async () => new Empty()),
    signalAndWaitForShutdown: unary(async () => new Empty()),
  };
}

function engineService({ onLog }: MonitorOptions): grpc.UntypedServiceImplementation {
  let root = "";
  return {
    log: unary<enginePb.LogRequest>(async (request) => {
      if (request.getSeverity() === enginePb.LogSeverity.WARNING) onLog("warning", request.getMessage());
      if (request.getSeverity() === enginePb.LogSeverity.ERROR) onLog("error", request.getMessage());
      return new Empty();
    }),
    getRootResource: unary(async () => {
      const response = new enginePb.GetRootResourceResponse();
      response.setUrn(root);
      return response;
    }),
    setRootResource: unary<enginePb.SetRootResourceRequest>(async (request) => {
      root = request.getUrn();
      return new enginePb.SetRootResourceResponse();
    }),
  };
}

function record(options: MonitorOptions, request: resourcePb.RegisterResourceRequest): RecordedResource {
  const type = request.getType();
  const parent = request.getParent();
  const parentType = parent === "" ? "" : parent.split("::")[2]!;
  const qualified = parentType === "" || parentType === STACK_TYPE ? type : `${parentType}$${type}`;
  const propertyDependencies: Record<string, string[]> = {};
  request.getPropertydependenciesMap().forEach((dependencies, property) => {
    if (dependencies.getUrnsList().length > 0) propertyDependencies[property] = dependencies.getUrnsList();
  });
  return {
    type,
    name: request.getName(),
    urn: `urn:pulumi:${options.stack}::${options.project}::${qualified}::${request.getName()}`,
    parent,
    custom: request.getCustom(),
    inputs: portable(fromStruct(request.getObject()), options.root),
    propertyDependencies,
    dependencies: request.getDependenciesList(),
    options: {
      protect: request.getProtect() ?? false,
      retainOnDelete: request.getRetainondelete() ?? false,
      ignoreChanges: request.getIgnorechangesList(),
      aliases: request.getAliasurnsList(),
      provider: request.getProvider(),
    },
  };
}

/** The innermost line of the project's own code that led to a resource: a component's, mostly, and not the SDK's. */
function sourceLine(root: string, request: resourcePb.RegisterResourceRequest): SourceLine | undefined {
  const frames = (request.getStacktrace()?.getFramesList() ?? []).map((frame) => frame.getPc());
  for (const position of [request.getSourceposition(), ...frames]) {
    if (position?.getUri().startsWith("file://") !== true) continue;
    const file = relative(root, fileURLToPath(position.getUri()));
    const own = !file.startsWith("..") && !isAbsolute(file) && !file.split(sep).includes("node_modules");
    if (own) return { file: file.split(sep).join("/"), line: position.getLine() };
  }
  return undefined;
}

/** A child of a remote component, guarded as the component is. */
function recordChild(
  { project, stack }: MonitorOptions,
  component: RecordedResource,
  child: Child,
): RecordedResource {
  const parent = child.parent?.urn ?? component.urn;
  const propertyDependencies = Object.entries(child.inputs).flatMap(([property, value]) => {
    const urns = urnsIn(value);
    return urns.length === 0 ? [] : [[property, urns] as const];
  });
  const inputs = Object.values(child.inputs).flatMap(urnsIn);
  return {
    type: child.type,
    name: child.name,
    urn: `urn:pulumi:${stack}::${project}::${parent.split("::")[2]!}$${child.type}::${child.name}`,
    parent,
    custom: true,
    inputs: wireForm(child.inputs) as Record<string, unknown>,
    propertyDependencies: Object.fromEntries(propertyDependencies),
    dependencies: [...new Set([...(child.parent === undefined ? [] : [parent]), ...inputs])],
    options: { ...component.options, ignoreChanges: [], aliases: [], provider: "" },
  };
}

/** File assets hold absolute paths; a plan must not depend on where the checkout stands. */
function portable<T>(value: T, root: string): T {
  if (Array.isArray(value)) return value.map((item) => portable(item, root)) as T;
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) =>
      key === "path" && typeof item === "string" && isAsset(value)
        ? [key, relative(root, item)]
        : [key, portable(item, root)],
    ),
  ) as T;
}

/** Pulumi's signature key of assets, archives, secrets and output values on the wire. */
const SIGNATURE_KEY = "4dabf18193072939515e22adb298388d";

function isAsset(value: object): boolean {
  return SIGNATURE_KEY in value;
}

function fromStruct(struct: Struct | undefined): Record<string, unknown> {
  return struct?.toJavaScript() ?? {};
}

function toStruct(value: Record<string, unknown>): Struct {
  // undefined can't travel; JSON drops it as the engine would.
  return Struct.fromJavaScript(JSON.parse(JSON.stringify(value)) as Record<string, JavaScriptValue>);
}

type Handler<Request> = (request: Request) => Promise<unknown>;

function unary<Request>(handler: Handler<Request>): grpc.handleUnaryCall<Request, unknown> {
  return (call, callback) => {
    handler(call.request).then(
      (response) => callback(null, response),
      (error: Error) => callback({ code: grpc.status.UNKNOWN, message: error.message }),
    );
  };
}

function registration<Request>(
  refusals: Refusals,
  handler: Handler<Request>,
): grpc.handleUnaryCall<Request, unknown> {
  return unary(refusals.guard(handler));
}

async function serve(
  service: grpc.ServiceDefinition,
  implementation: grpc.UntypedServiceImplementation,
): Promise<{ server: grpc.Server; address: string }> {
  const server = new grpc.Server({ "grpc.max_receive_message_length": MAX_MESSAGE_BYTES });
  server.addService(service, implementation);
  const port = await new Promise<number>((resolve, reject) =>
    server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, bound) =>
      error === null ? resolve(bound) : reject(error),
    ),
  );
  return { server, address: `127.0.0.1:${port}` };
}
