/** Components under `pulumi.runtime.setMocks`: what they register, with the parents and options that mocks alone do not tell. */
import * as pulumi from "@pulumi/pulumi";
import type { MockMonitor } from "@pulumi/pulumi/runtime/mocks";
import type { RegisterResourceRequest } from "@pulumi/pulumi/proto/resource_pb";
import { deserializeProperties } from "@pulumi/pulumi/runtime/rpc";
import * as runtimeSettings from "@pulumi/pulumi/runtime/settings";
import type { AwsContext } from "../../../components/aws";
import { loadContracts } from "../../../components/contract";
import { Names } from "../../../components/naming";
import { mockedRemote, type MockedChild } from "./mocked-remote";

export interface MockedResource {
  readonly type: string;
  readonly name: string;
  readonly custom: boolean;
  /** Name of the parent; empty for what stands alone. */
  readonly parent: string;
  readonly protect: boolean;
  readonly retainOnDelete: boolean;
  /** The resources it waits for, as `Account ingest-api`. */
  readonly dependencies: readonly string[];
  // Each test knows its own type's inputs.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  readonly inputs: Record<string, any>;
}

export const IDENTITY = {
  project: "naru",
  stack: "test",
  accountId: "123456789012",
  region: "ap-northeast-2",
};

export function contextWith(changes: Partial<AwsContext> = {}): AwsContext {
  const tags = { "naru:owner": "data-team@example.com", "naru:stack": "naru-test" };
  return {
    names: new Names(IDENTITY),
    identity: IDENTITY,
    tags,
    protectData: false,
    logRetentionDays: 30,
    ...changes,
  };
}

/** The example's own contracts: real input, read once. */
export const CONTRACTS = loadContracts(["contracts"]);

/** A stream and a file set: enough where a test is not about the tables, and ten times faster. */
export const TWO_CONTRACTS = CONTRACTS.filter(({ id }) => ["lms.requests", "lms.courses"].includes(id));

/** What a program registered. */
export class MockedStack {
  constructor(readonly resources: readonly MockedResource[]) {}

  of(type: string): MockedResource[] {
    return this.resources.filter((resource) => resource.type === type);
  }

  /** @throws Error with the names there are. */
  one(type: string, name: string): MockedResource {
    const found = this.of(type).find((resource) => resource.name === name);
    const names = this.of(type).map((resource) => resource.name);
    if (found === undefined) throw new Error(`There is no ${type} "${name}" among: ${names.join(", ")}`);
    return found;
  }

  /** Statements of the policy of a role, by the name of its ServiceRole. */
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  statements(role: string): Record<string, any>[] {
    return this.one("aws:iam/rolePolicy:RolePolicy", `${role}-policy`).inputs.policy.Statement;
  }
}

/** Runs a program against mocks and waits for all that it registers. */
export async function mocked(program: () => void): Promise<MockedStack> {
  const resources: MockedResource[] = [];
  await pulumi.runtime.setMocks({ call: refuseCall, newResource }, IDENTITY.project, IDENTITY.stack);
  const monitor = runtimeSettings.getMonitor() as unknown as MockMonitor;
  const register = monitor.registerResource.bind(monitor);
  monitor.registerResource = async (request, callback) => {
    try {
      resources.push(mockedResource(request));
      if (!request.getRemote()) return await register(request, callback);
      const response = await mockedRemote(monitor, request, IDENTITY.region, (child) => {
        resources.push(mockedChild(child));
        return newResource(child);
      });
      callback(null, response);
    } catch (error) {
      // An error that nobody answers would let the program wait for ever.
      callback(error, undefined);
    }
  };
  const frames = Error.stackTraceLimit;
  // The SDK takes a stack trace for each promise; without, a program takes half the time.
  Error.stackTraceLimit = 0;
  try {
    program();
    await settle(() => resources.length);
  } finally {
    Error.stackTraceLimit = frames;
  }
  return new MockedStack(resources);
}

const nameOf = (urn: string) => urn.split("::").at(-1)!;
/** As {@link MockedResource.dependencies} names a resource. */
const labelOf = (urn: string) => `${urn.split("::")[2]!.split(":").at(-1)!} ${nameOf(urn)}`;

function mockedChild({ parent, dependencies, ...child }: MockedChild): MockedResource {
  return {
    ...child,
    custom: true,
    parent: nameOf(parent),
    protect: false,
    retainOnDelete: false,
    dependencies: dependencies.map(labelOf),
  };
}

function mockedResource(request: RegisterResourceRequest): MockedResource {
  return {
    type: request.getType(),
    name: request.getName(),
    custom: request.getCustom(),
    parent: nameOf(request.getParent()),
    protect: request.getProtect() ?? false,
    retainOnDelete: request.getRetainondelete() ?? false,
    dependencies: request.getDependenciesList().map(labelOf),
    inputs: deserializeProperties(request.getObject()!),
  };
}

/**
 * What a component says of wrong arguments; empty when it takes them. Settles too, so that nothing of a refused program
 * is registered in the next one.
 */
export async function refusal(program: () => void): Promise<string> {
  let message = "";
  await mocked(() => {
    try {
      program();
    } catch (error) {
      message = (error as Error).message;
    }
  });
  return message;
}

/** Exported by the SDK, but not declared. */
const { waitForRPCs } = runtimeSettings as unknown as { waitForRPCs(): Promise<void> };

/** Registrations start others; one wait misses those made inside `apply`. Waits until no more come. */
async function settle(count: () => number): Promise<void> {
  for (let before = -1; before !== count();) {
    before = count();
    await waitForRPCs();
    await new Promise(setImmediate);
  }
}

function refuseCall({ token }: pulumi.runtime.MockCallArgs): never {
  throw new Error(`The component asks the cloud for ${token}; it must take that from its context`);
}

/** Inputs, and the outputs that other resources build on, as a real provider gives them. */
function newResource({
  type,
  name,
  inputs,
}: Pick<pulumi.runtime.MockResourceArgs, "type" | "name" | "inputs">) {
  const { accountId, region } = IDENTITY;
  const arn = arnOfMock(type, name, inputs);
  const outputs: Record<string, Record<string, string>> = {
    "aws:apigateway/restApi:RestApi": {
      rootResourceId: "root",
      executionArn: `arn:aws:execute-api:${region}:${accountId}:${name}`,
    },
    "aws:apigateway/stage:Stage": { invokeUrl: `https://${name}.execute-api.${region}.amazonaws.com/live` },
    "aws:apigateway/apiKey:ApiKey": { value: "a-key-of-the-mocks" },
    "aws:ec2/vpcEndpoint:VpcEndpoint": { prefixListId: `${name}-prefixes` },
    "aws:kms/key:Key": { keyId: `${name}-id` },
    "aws:lambda/function:Function": {
      invokeArn: `arn:aws:apigateway:${region}:lambda:path/2015-03-31/functions/${arn}/invocations`,
    },
  };
  return { id: `${name}-id`, state: { arn, ...inputs, ...outputs[type] } };
}

/** Buckets and roles have neither region nor (a bucket) account in their ARN. */
function arnOfMock(type: string, name: string, inputs: Record<string, unknown>): string {
  const { accountId, region } = IDENTITY;
  if (type === "aws:s3/bucket:Bucket") return `arn:aws:s3:::${String(inputs.bucket)}`;
  if (type === "aws:iam/role:Role") return `arn:aws:iam::${accountId}:role/${String(inputs.name)}`;
  return `arn:aws:${type.split(/[:/]/)[1]}:${region}:${accountId}:${name}`;
}

/** Resolves with an output's value. */
export function valueOf<T>(output: pulumi.Output<T>): Promise<T> {
  return new Promise((resolve) => output.apply(resolve as (value: T) => void));
}
