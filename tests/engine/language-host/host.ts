/**
 * A language host for Node.js: what the engine starts to run a program or a policy pack in a process of its own. Pulumi's host
 * is a program in Go that is not published as a module; this one gives Pulumi's own runners of `@pulumi/pulumi/cmd` the same
 * arguments and environment. It leaves out what no program here asks for: calls that block (`--sync`), debuggers, new projects.
 */
import { spawn, type ChildProcess } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import * as grpc from "@grpc/grpc-js";
import languageGrpc from "@pulumi/pulumi/proto/language_grpc_pb";
import pb from "@pulumi/pulumi/proto/language_pb";
import pluginPb from "@pulumi/pulumi/proto/plugin_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { invocationOf, runnerOptions } from "./invocation";

/** The runner ends with it when it has told the person what is wrong: nothing is to be added. */
const ALREADY_TOLD = 32;

/** Nobody would end a runner after an engine that was killed. */
const ENDING = ["--require", join(__dirname, "..", "..", "..", "local", "engine", "end-with-parent.js")];

type Unary<Request, Response> = (request: Request) => Promise<Response>;

/** Engine's address, the last argument. */
const engineAddress = process.argv.at(-1)!;
const children = new Set<ChildProcess>();

const service: grpc.UntypedServiceImplementation = {
  handshake: unary(async () => new pb.LanguageHandshakeResponse()),
  getPluginInfo: unary(async () => new pluginPb.PluginInfo().setVersion("0.0.0")),
  getRequiredPackages: unary(async (request: pb.GetRequiredPackagesRequest) =>
    new pb.GetRequiredPackagesResponse().setPackagesList(
      packagesIn(request.getInfo()!.getProgramDirectory()),
    ),
  ),
  run: unary(runProgram),
  runPlugin,
  cancel: unary(async () => {
    children.forEach((child) => child.kill());
    return new Empty();
  }),
};

const server = new grpc.Server({ "grpc.max_receive_message_length": 400 * 1024 * 1024 });
server.addService(languageGrpc.LanguageRuntimeService as unknown as grpc.ServiceDefinition, service);
server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, port) => {
  if (error !== null) throw error;
  console.log(String(port));
});

/** Packages of Pulumi's that have a provider, whose plugins the engine looks for before it starts the program. */
function packagesIn(folder: string): pluginPb.PackageDependency[] {
  const packages = join(folder, "node_modules", "@pulumi");
  if (!existsSync(packages)) return [];
  return readdirSync(packages).flatMap((name) => {
    const { version, pulumi } = JSON.parse(readFileSync(join(packages, name, "package.json"), "utf8")) as {
      version: string;
      pulumi?: { resource?: boolean; name?: string };
    };
    if (pulumi?.resource !== true) return [];
    const dependency = new pluginPb.PackageDependency().setKind("resource").setVersion(`v${version}`);
    return [dependency.setName(pulumi.name ?? name)];
  });
}

/** What the program prints is the engine's to show, as it has this process's output. */
async function runProgram(request: pb.RunRequest): Promise<pb.RunResponse> {
  const info = request.getInfo()!;
  const { arguments: given, environment } = invocationOf(request, engineAddress);
  const runner = locate("@pulumi/pulumi/cmd/run", info.getProgramDirectory());
  const child = spawn(process.execPath, [...ENDING, ...runnerOptions(info), runner, ...given], {
    env: { ...process.env, ...environment },
    stdio: ["ignore", "inherit", "inherit"],
  });
  const code = await endOf(child);
  const response = new pb.RunResponse();
  if (code === ALREADY_TOLD) return response.setBail(true);
  return code === 0 ? response : response.setError(`Program exited with non-zero exit code: ${code}`);
}

/** Starts a policy pack; its output goes to the engine, which reads the port of its server from it. */
function runPlugin(call: grpc.ServerWritableStream<pb.RunPluginRequest, pb.RunPluginResponse>): void {
  const { request } = call;
  const info = request.getInfo()!;
  const folder = info.getProgramDirectory();
  const environment = request.getEnvList().map((line) => {
    const [, name, value] = /^([^=]*)=(.*)$/s.exec(line) ?? [];
    return [name!, value!] as const;
  });
  const runner = locate("@pulumi/pulumi/cmd/run-policy-pack", folder);
  const child = spawn(process.execPath, [...ENDING, runner, ...request.getArgsList(), folder], {
    cwd: folder,
    env: Object.fromEntries(environment),
    stdio: ["ignore", "pipe", "pipe"],
  });
  child.stdout.on("data", (bytes: Buffer) => call.write(new pb.RunPluginResponse().setStdout(bytes)));
  child.stderr.on("data", (bytes: Buffer) => call.write(new pb.RunPluginResponse().setStderr(bytes)));
  call.on("cancelled", () => child.kill());
  void endOf(child).then((code) => {
    call.write(new pb.RunPluginResponse().setExitcode(code));
    call.end();
  });
}

/** @throws Error when the program's own packages do not have it. */
function locate(module: string, folder: string): string {
  return createRequire(join(folder, "index.js")).resolve(module);
}

/** @returns its exit code, 1 for one that a signal ended. */
function endOf(child: ChildProcess): Promise<number> {
  children.add(child);
  return new Promise((resolve, reject) =>
    child.once("error", reject).once("close", (code) => {
      children.delete(child);
      resolve(code ?? 1);
    }),
  );
}

function unary<Request, Response>(handle: Unary<Request, Response>): grpc.handleUnaryCall<Request, Response> {
  return (call, callback) => {
    handle(call.request).then(
      (response) => callback(null, response),
      (error: Error) => callback({ code: grpc.status.UNKNOWN, details: error.message }),
    );
  };
}
