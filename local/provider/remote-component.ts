/** Remote components of the engine's program: their children are registered at the engine, as their own plugin would. */
import * as grpc from "@grpc/grpc-js";
import pb from "@pulumi/pulumi/proto/provider_pb";
import resourceGrpc from "@pulumi/pulumi/proto/resource_grpc_pb";
import resourcePb from "@pulumi/pulumi/proto/resource_pb";
import { unknownValue } from "@pulumi/pulumi/runtime/rpc";
import { Struct, type JavaScriptValue } from "google-protobuf/google/protobuf/struct_pb";
import { constructOf } from "../recorder/construct";
import { Standing, urnsIn, wireForm, type Child } from "../recorder/construct/child";
import { zonesOf } from "../recorder/invokes";
import { versionOf } from "./package-version";
import { inClear } from "./wire";

const DEFAULT_REGION = "ap-northeast-2";

/** @throws Error for a component that is not known here, and whatever the engine refuses. */
export async function constructRemote(request: pb.ConstructRequest): Promise<pb.ConstructResponse> {
  const construct = constructOf(request.getType());
  const monitor = new resourceGrpc.ResourceMonitorClient(
    request.getMonitorendpoint(),
    grpc.credentials.createInsecure(),
  );
  try {
    const component = await register(monitor, componentOf(request));
    const outputs = await construct({
      name: request.getName(),
      inputs: inClear(request.getInputs()?.toJavaScript() ?? {}) as Record<string, unknown>,
      zones: zonesOf({ region: request.getConfigMap().get("aws:region") ?? DEFAULT_REGION }),
      register: async (child) => {
        const made = await register(monitor, childOf(request, component.getUrn(), child));
        return new Standing(made.getUrn(), made.getId() === "" ? unknownValue : made.getId());
      },
    });
    await outputsOf(monitor, component.getUrn(), outputs);
    const response = new pb.ConstructResponse().setUrn(component.getUrn()).setState(struct(outputs));
    for (const [output, value] of Object.entries(outputs)) {
      const dependencies = new pb.ConstructResponse.PropertyDependencies();
      response.getStatedependenciesMap().set(output, dependencies.setUrnsList(urnsIn(value)));
    }
    return response;
  } finally {
    monitor.close();
  }
}

function componentOf(request: pb.ConstructRequest): resourcePb.RegisterResourceRequest {
  const component = new resourcePb.RegisterResourceRequest();
  component.setType(request.getType()).setName(request.getName()).setParent(request.getParent());
  component.setObject(request.getInputs()).setDependenciesList(request.getDependenciesList());
  component.setAliasesList(request.getAliasesList()).setAcceptsecrets(true).setAcceptresources(true);
  request.getProvidersMap().forEach((reference, name) => component.getProvidersMap().set(name, reference));
  return guarded(component, request);
}

function childOf(
  request: pb.ConstructRequest,
  component: string,
  { type, name, parent, inputs }: Child,
): resourcePb.RegisterResourceRequest {
  const child = new resourcePb.RegisterResourceRequest();
  child
    .setType(type)
    .setName(name)
    .setParent(parent?.urn ?? component)
    .setCustom(true);
  child
    .setObject(struct(inputs))
    .setAcceptsecrets(true)
    .setAcceptresources(true)
    .setSupportspartialvalues(true);
  const links = Object.entries(inputs).map(([property, value]) => [property, urnsIn(value)] as const);
  for (const [property, urns] of links) {
    const dependencies = new resourcePb.RegisterResourceRequest.PropertyDependencies();
    child.getPropertydependenciesMap().set(property, dependencies.setUrnsList(urns));
  }
  child.setDependenciesList([...new Set(links.flatMap(([, urns]) => urns))]);
  const provider = request.getProvidersMap().get("aws");
  // Without a provider of its own, the one that the program's other resources have: of the same version.
  if (provider === undefined) child.setVersion(versionOf("aws"));
  else child.setProvider(provider);
  return guarded(child, request);
}

function guarded(
  resource: resourcePb.RegisterResourceRequest,
  request: pb.ConstructRequest,
): resourcePb.RegisterResourceRequest {
  if (request.hasProtect()) resource.setProtect(request.getProtect()!);
  if (request.hasRetainondelete()) resource.setRetainondelete(request.getRetainondelete()!);
  return resource;
}

function register(
  monitor: resourceGrpc.ResourceMonitorClient,
  request: resourcePb.RegisterResourceRequest,
): Promise<resourcePb.RegisterResourceResponse> {
  return new Promise((resolve, reject) =>
    monitor.registerResource(request, (error, response) =>
      error === null ? resolve(response) : reject(error),
    ),
  );
}

function outputsOf(
  monitor: resourceGrpc.ResourceMonitorClient,
  urn: string,
  outputs: Readonly<Record<string, unknown>>,
): Promise<void> {
  const request = new resourcePb.RegisterResourceOutputsRequest().setUrn(urn).setOutputs(struct(outputs));
  return new Promise((resolve, reject) =>
    monitor.registerResourceOutputs(request, (error) => (error === null ? resolve() : reject(error))),
  );
}

function struct(value: unknown): Struct {
  return Struct.fromJavaScript(wireForm(value) as Record<string, JavaScriptValue>);
}
