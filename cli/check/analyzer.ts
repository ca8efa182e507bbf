/** The engine's side of the Analyzer protocol: plain objects in, plain objects out. */
import type { MethodDefinition, ServiceError } from "@grpc/grpc-js";
import type { UnaryCallback } from "@grpc/grpc-js/build/src/client";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { Struct, type JavaScriptValue } from "google-protobuf/google/protobuf/struct_pb";
import * as proto from "@pulumi/pulumi/proto/analyzer_pb";
import { AnalyzerService, type AnalyzerClient } from "@pulumi/pulumi/proto/analyzer_grpc_pb";
import type { RecordedResource } from "../../local/recorder/recorded-resource";
import type { ConfigurableRule, RuleConfiguration } from "./check-configuration";
import type { JudgingRule, SeverityName } from "./findings";
import { analyzeRequest, analyzeStackRequest } from "./request-encoder";

/** gRPC status of a call that the pack's SDK does not have; the engine goes on then, and so do we. */
const UNIMPLEMENTED = 12;

const LEVELS = {
  [proto.EnforcementLevel.ADVISORY]: "advisory",
  [proto.EnforcementLevel.MANDATORY]: "mandatory",
  [proto.EnforcementLevel.DISABLED]: "disabled",
  // What is still wrong after a remedy counts as if there were none.
  [proto.EnforcementLevel.REMEDIATE]: "mandatory",
} as const;

const SEVERITIES: Readonly<Record<number, SeverityName>> = {
  [proto.PolicySeverity.POLICY_SEVERITY_LOW]: "low",
  [proto.PolicySeverity.POLICY_SEVERITY_MEDIUM]: "medium",
  [proto.PolicySeverity.POLICY_SEVERITY_HIGH]: "high",
  [proto.PolicySeverity.POLICY_SEVERITY_CRITICAL]: "critical",
};

/** A rule as the pack describes it. */
export interface PackRule extends ConfigurableRule, JudgingRule {}

export interface PackDescription {
  readonly name: string;
  readonly version: string;
  readonly rules: readonly PackRule[];
}

/** What a rule said about a resource. */
export interface Diagnostic {
  readonly policy: string;
  readonly urn: string;
  readonly message: string;
  readonly level: "advisory" | "mandatory" | "disabled";
}

/** The calls of one check, in the order that the engine makes them. */
export class Analyzer {
  /** What was asked about each resource, with which the question about all of them begins again. */
  private readonly requests = new Map<RecordedResource, Buffer>();

  constructor(private readonly client: AnalyzerClient) {}

  async handshake(packDirectory: string): Promise<void> {
    const request = new proto.AnalyzerHandshakeRequest();
    request.setEngineAddress("127.0.0.1:0");
    request.setRootDirectory(packDirectory);
    request.setProgramDirectory(packDirectory);
    try {
      await this.call<unknown>((done) => this.client.handshake(request, done));
    } catch (error) {
      if ((error as ServiceError).code !== UNIMPLEMENTED) throw error;
    }
  }

  async configureStack(project: string, stack: string, preview: boolean): Promise<void> {
    const request = new proto.AnalyzerStackConfigureRequest();
    request.setProject(project);
    request.setStack(stack);
    request.setDryRun(preview);
    await this.call<unknown>((done) => this.client.configureStack(request, done));
  }

  async describe(): Promise<PackDescription> {
    const info = await this.call<proto.AnalyzerInfo>((done) =>
      this.client.getAnalyzerInfo(new Empty(), done),
    );
    const rules = info.getPoliciesList().map((policy) => ({
      name: policy.getName(),
      group: policy.getTagsList()[0] ?? "",
      level: LEVELS[policy.getEnforcementlevel()],
      severity: SEVERITIES[policy.getSeverity()] ?? "medium",
      description: policy.getDescription(),
      fix: policy.getRemediationSteps(),
      reference: policy.getFramework()?.getReference() ?? "",
      url: policy.getUrl(),
    }));
    return { name: info.getName(), version: info.getVersion(), rules };
  }

  async configure(rules: ReadonlyMap<string, RuleConfiguration>): Promise<void> {
    const request = new proto.ConfigureAnalyzerRequest();
    for (const [name, { enforcementLevel, ...properties }] of rules) {
      const configuration = new proto.PolicyConfig();
      configuration.setEnforcementlevel(levelNumber(enforcementLevel));
      configuration.setProperties(struct(properties));
      request.getPolicyconfigMap().set(name, configuration);
    }
    await this.call<unknown>((done) => this.client.configure(request, done));
  }

  /** The resource as the remedies leave it, with the names of those that changed something. */
  async remediate(resource: RecordedResource): Promise<{ resource: RecordedResource; remedies: string[] }> {
    const response = await this.ask(AnalyzerService.remediate, analyzeRequest(resource));
    const done = response.getRemediationsList().filter((each) => each.getProperties() !== undefined);
    const inputs = done[done.length - 1]?.getProperties()?.toJavaScript();
    return {
      resource: inputs === undefined ? resource : { ...resource, inputs },
      remedies: done.map((each) => each.getPolicyname()),
    };
  }

  async analyze(resource: RecordedResource): Promise<Diagnostic[]> {
    const request = analyzeRequest(resource);
    this.requests.set(resource, request);
    const response = await this.ask(AnalyzerService.analyze, request);
    // A resource rule leaves the URN out: the engine knows what it asked about.
    return diagnostics(response).map((each) => ({ ...each, urn: resource.urn }));
  }

  async analyzeStack(resources: readonly RecordedResource[]): Promise<Diagnostic[]> {
    const request = analyzeStackRequest(
      resources,
      (resource) => this.requests.get(resource) ?? analyzeRequest(resource),
    );
    this.requests.clear();
    return diagnostics(await this.ask(AnalyzerService.analyzeStack, request));
  }

  /** A call whose request is bytes already. */
  private ask<Response>(
    { path, responseDeserialize }: Pick<MethodDefinition<never, Response>, "path" | "responseDeserialize">,
    request: Buffer,
  ): Promise<Response> {
    return this.call<Response>((done) =>
      this.client.makeUnaryRequest(
        path,
        asItIs,
        responseDeserialize,
        request,
        done as UnaryCallback<Response>,
      ),
    );
  }

  private call<T>(start: (done: (error: ServiceError | null, response: T) => void) => void): Promise<T> {
    return new Promise((succeed, fail) =>
      start((error, response) => (error ? fail(error) : succeed(response))),
    );
  }
}

function diagnostics(response: proto.AnalyzeResponse): Diagnostic[] {
  return response.getDiagnosticsList().map((each) => ({
    policy: each.getPolicyname(),
    urn: each.getUrn(),
    message: each.getMessage(),
    level: LEVELS[each.getEnforcementlevel()],
  }));
}

function levelNumber(level: RuleConfiguration["enforcementLevel"]): proto.EnforcementLevel {
  if (level === "mandatory") return proto.EnforcementLevel.MANDATORY;
  if (level === "remediate") return proto.EnforcementLevel.REMEDIATE;
  return level === "advisory" ? proto.EnforcementLevel.ADVISORY : proto.EnforcementLevel.DISABLED;
}

function asItIs(bytes: Buffer): Buffer {
  return bytes;
}

function struct(value: object): Struct {
  return Struct.fromJavaScript(value as { [key: string]: JavaScriptValue });
}
