/** The engine's questions made by google-protobuf's own classes: what Naru's bytes are held to. */
import { Struct, type JavaScriptValue } from "google-protobuf/google/protobuf/struct_pb";
import * as proto from "@pulumi/pulumi/proto/analyzer_pb";
import type { RecordedResource } from "../../../local/recorder/recorded-resource";

export function analyzeMessage(resource: RecordedResource): proto.AnalyzeRequest {
  const request = new proto.AnalyzeRequest();
  request.setType(resource.type);
  request.setName(resource.name);
  request.setUrn(resource.urn);
  request.setProperties(struct(resource.inputs));
  request.setOptions(options(resource));
  return request;
}

export function analyzeStackMessage(resources: readonly RecordedResource[]): proto.AnalyzeStackRequest {
  const request = new proto.AnalyzeStackRequest();
  request.setResourcesList(resources.map(stackResource));
  return request;
}

export function struct(value: object): Struct {
  return Struct.fromJavaScript(value as { [key: string]: JavaScriptValue });
}

function stackResource(resource: RecordedResource): proto.AnalyzerResource {
  const message = new proto.AnalyzerResource();
  message.setType(resource.type);
  message.setName(resource.name);
  message.setUrn(resource.urn);
  message.setParent(resource.parent);
  message.setProperties(struct(resource.inputs));
  message.setOptions(options(resource));
  message.setDependenciesList([...resource.dependencies]);
  for (const [property, urns] of Object.entries(resource.propertyDependencies)) {
    const dependencies = new proto.AnalyzerPropertyDependencies();
    dependencies.setUrnsList([...urns]);
    message.getPropertydependenciesMap().set(property, dependencies);
  }
  return message;
}

function options({ options: given, parent }: RecordedResource): proto.AnalyzerResourceOptions {
  const message = new proto.AnalyzerResourceOptions();
  message.setProtect(given.protect);
  message.setIgnorechangesList([...given.ignoreChanges]);
  message.setAliasesList([...given.aliases]);
  message.setParent(parent);
  message.setCustomtimeouts(new proto.AnalyzerResourceOptions.CustomTimeouts());
  return message;
}
