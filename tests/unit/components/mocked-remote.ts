/** Remote components under mocks: expanded as in a plan, since mocks alone give them no children and no outputs. */
import * as resourcePb from "@pulumi/pulumi/proto/resource_pb";
import type { MockMonitor } from "@pulumi/pulumi/runtime/mocks";
import { Struct, type JavaScriptValue } from "google-protobuf/google/protobuf/struct_pb";
import { constructOf } from "../../../local/recorder/construct";
import { Standing, urnsIn, wireForm, type Child } from "../../../local/recorder/construct/child";
import { zonesOf } from "../../../local/recorder/invokes";

/** What the mocks keep for a resource that a program reads back; not declared. */
interface Kept {
  readonly resources: Map<string, { urn: string; id: string; state: Record<string, unknown> }>;
  newUrn(parent: string, type: string, name: string): string;
}

export interface MockedChild extends Pick<Child, "type" | "name"> {
  /** URN of the parent. */
  readonly parent: string;
  readonly dependencies: readonly string[];
  readonly inputs: Record<string, unknown>;
}

/** @param register makes a child, and says how it ended. */
export async function mockedRemote(
  monitor: MockMonitor,
  request: resourcePb.RegisterResourceRequest,
  region: string,
  register: (child: MockedChild) => { id: string; state: Record<string, unknown> },
): Promise<resourcePb.RegisterResourceResponse> {
  const kept = monitor as unknown as Kept;
  const component = kept.newUrn(request.getParent(), request.getType(), request.getName());
  const outputs = await constructOf(request.getType())({
    name: request.getName(),
    inputs: request.getObject()!.toJavaScript(),
    zones: zonesOf({ region }),
    register: async ({ type, name, parent, inputs }) => {
      const above = parent?.urn ?? component;
      const urn = kept.newUrn(above, type, name);
      const { id, state } = register({
        type,
        name,
        parent: above,
        dependencies: Object.values(inputs).flatMap(urnsIn),
        inputs: wireForm(inputs) as Record<string, unknown>,
      });
      kept.resources.set(urn, { urn, id, state });
      return new Standing(urn, id);
    },
  });
  const response = new resourcePb.RegisterResourceResponse();
  response.setUrn(component);
  response.setObject(Struct.fromJavaScript(wireForm(outputs) as Record<string, JavaScriptValue>));
  return response;
}
