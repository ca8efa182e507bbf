/**
 * The calls that judge. The SDK's own unpack, wrap and describe every resource anew for each policy, which for a large plan
 * was most of a check; here a message is unpacked once, and a resource meets only the policies that are about its type.
 */
import { createRequire } from "node:module";
import type { handleUnaryCall, Server, UntypedServiceImplementation } from "@grpc/grpc-js";
import type { EnforcementLevel } from "@pulumi/policy";
import sdkMessages = require("@pulumi/policy/protoutil");
import {
  PolicyNotApplicable,
  type AnalyzeResponse,
  type ConfigureAnalyzerRequest,
} from "@pulumi/pulumi/proto/analyzer_pb";
import type { Configured, PackPolicy, ResourcePolicy, StackPolicy } from "./pack";
import { unpacked } from "./properties";
import type { RemedyPolicy } from "./remedy";
import { askedResource, askedStack, type AskedResource } from "./request-decoder";
import { EVERY_TYPE, type Resource } from "./rule";
import type { Configuration } from "./setting";
import type { StackResource } from "./stack";

/** What the SDK's server is made of; it exports the functions but not their types. */
const { makeAnalyzeResponse, convertEnforcementLevel } = sdkMessages as unknown as {
  makeAnalyzeResponse(diagnostics: readonly Diagnostic[], others?: PolicyNotApplicable[]): AnalyzeResponse;
  convertEnforcementLevel(level: number): EnforcementLevel;
};

/** Who judges, as each diagnostic names it. */
export interface PackIdentity {
  readonly name: string;
  readonly version: string;
}

type ServedPolicy = PackPolicy | RemedyPolicy;

/** What the SDK makes a message of. */
interface Diagnostic {
  readonly policyName: string;
  readonly policyPackName: string;
  readonly policyPackVersion: string;
  readonly message: string;
  readonly urn?: string;
  readonly description: string;
  readonly enforcementLevel: EnforcementLevel;
  readonly severity?: string;
}

interface RuleConfiguration {
  readonly level: EnforcementLevel;
  readonly properties: Configuration;
}

/** The calls, named as the service names them; they are asked with what `request-decoder.ts` reads. */
export interface JudgingCalls {
  readonly analyze: handleUnaryCall<AskedResource, AnalyzeResponse>;
  readonly analyzeStack: handleUnaryCall<readonly AskedResource[], AnalyzeResponse>;
  /** Takes note of the configuration; the caller answers. */
  readonly configured: (request: ConfigureAnalyzerRequest) => void;
}

export function judgingCalls(policies: readonly ServedPolicy[], pack: PackIdentity): JudgingCalls {
  let configuration: ReadonlyMap<string, RuleConfiguration> = new Map();
  const levelOf = (policy: ServedPolicy) => configuration.get(policy.name)?.level ?? policy.enforcementLevel;
  const enabled = (policy: ServedPolicy) => levelOf(policy) !== "disabled";
  const judge = <Arguments extends object>(
    policy: PackPolicy,
    validate: (args: Arguments & Configured, emit: (message: string, urn?: string) => void) => void,
    args: Arguments,
    diagnostics: Diagnostic[],
  ) =>
    validate({ ...args, getConfig: () => configuration.get(policy.name)?.properties ?? {} }, (message, urn) =>
      diagnostics.push(diagnostic(policy, levelOf(policy), message, urn, pack)),
    );
  const remedies = policies.filter((policy) => "remediateResource" in policy);
  const ofResources = policies.filter(isResourcePolicy);
  const aboutType = remembering((type: string) =>
    ofResources.filter(({ types }) => types === EVERY_TYPE || types.includes(type)),
  );
  return {
    analyze: answering((request) => {
      const diagnostics: Diagnostic[] = [];
      const resource = resourceOf(request);
      for (const policy of aboutType(request.type).filter(enabled))
        judge(policy, policy.validateResource, resource, diagnostics);
      return makeAnalyzeResponse(diagnostics, remedies.filter(enabled).map(onlyRemedies));
    }),
    analyzeStack: answering((request) => {
      const diagnostics: Diagnostic[] = [];
      const resources = stackResources(request);
      for (const policy of policies.filter(isStackPolicy).filter(enabled))
        judge(policy, policy.validateStack, { resources }, diagnostics);
      return makeAnalyzeResponse(diagnostics);
    }),
    configured: (request) => {
      const entries = request.getPolicyconfigMap().getEntryList();
      configuration = new Map(
        entries.map(([name]) => {
          const given = request.getPolicyconfigMap().get(name)!;
          const level = convertEnforcementLevel(given.getEnforcementlevel());
          return [
            name,
            {
              // What is still wrong after a remedy counts as if there were none.
              level: level === "remediate" ? "mandatory" : level,
              properties: given.getProperties()?.toJavaScript() ?? {},
            },
          ];
        }),
      );
    },
  };
}

/**
 * Has the server that the SDK starts next answer by these calls; what else it serves (the description, the remedies) stays
 * the SDK's. Should a later SDK start its server in another way, it judges by its own calls: slower, with the same findings.
 */
export function serveByOwnCalls(policies: readonly ServedPolicy[], pack: PackIdentity): void {
  const ofSdk = createRequire(require.resolve("@pulumi/policy"));
  const { prototype } = (ofSdk("@grpc/grpc-js") as { Server: { prototype: Server } }).Server;
  const { addService } = prototype;
  const calls = judgingCalls(policies, pack);
  prototype.addService = function (this: Server, service, implementation: UntypedServiceImplementation) {
    prototype.addService = addService;
    const configure = implementation.configure as handleUnaryCall<ConfigureAnalyzerRequest, unknown>;
    const decoding = {
      ...service,
      analyze: { ...service.analyze, requestDeserialize: askedResource },
      analyzeStack: { ...service.analyzeStack, requestDeserialize: askedStack },
    };
    addService.call(this, decoding, {
      ...implementation,
      analyze: calls.analyze,
      analyzeStack: calls.analyzeStack,
      configure: ((call, callback) => {
        configure(call, (error, ...answer) => {
          if (!error) calls.configured(call.request);
          callback(error, ...answer);
        });
      }) satisfies handleUnaryCall<ConfigureAnalyzerRequest, unknown>,
    });
  };
}

function resourceOf({ type, name, urn, properties, options: opts }: AskedResource): Resource {
  if (opts === undefined) {
    throw new Error("The engine tells no resource options, which rules decide by: update the Pulumi CLI.");
  }
  return { type, name, urn, props: unpacked(properties), opts };
}

/** The resources of a stack, each linked to those that its properties come from. */
function stackResources(asked: readonly AskedResource[]): StackResource[] {
  const linked = asked.map((each) => ({
    ...resourceOf(each),
    propertyDependencies: {} as Record<string, StackResource[]>,
  }));
  const byUrn = new Map(linked.map((resource) => [resource.urn, resource]));
  asked.forEach(({ propertyDependencies }, index) => {
    for (const [property, urns] of propertyDependencies) {
      linked[index].propertyDependencies[property] = urns.flatMap((urn) => byUrn.get(urn) ?? []);
    }
  });
  return linked;
}

function diagnostic(
  { name, description, severity }: PackPolicy,
  enforcementLevel: EnforcementLevel,
  message: string,
  urn: string | undefined,
  pack: PackIdentity,
): Diagnostic {
  return {
    policyName: name,
    policyPackName: pack.name,
    policyPackVersion: pack.version,
    message: `${description}\n${message}`,
    urn,
    description,
    enforcementLevel,
    severity,
  };
}

/** How the SDK says that a remedy judges nothing itself. */
function onlyRemedies({ name }: ServedPolicy): PolicyNotApplicable {
  const message = new PolicyNotApplicable();
  message.setPolicyName(name);
  message.setReason("Policy does not implement validateResource");
  return message;
}

function isResourcePolicy(policy: ServedPolicy): policy is ResourcePolicy {
  return "validateResource" in policy;
}

function isStackPolicy(policy: ServedPolicy): policy is StackPolicy {
  return "validateStack" in policy;
}

function answering<Request, Response>(
  answer: (request: Request) => Response,
): handleUnaryCall<Request, Response> {
  return ({ request }, callback) => {
    try {
      callback(null, answer(request));
    } catch (error) {
      callback(error as Error);
    }
  };
}

function remembering<Value>(make: (key: string) => Value): (key: string) => Value {
  const known = new Map<string, Value>();
  return (key) => {
    const value = known.get(key) ?? make(key);
    known.set(key, value);
    return value;
  };
}
