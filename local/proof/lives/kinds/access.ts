import { one, policy, tags, type Kinds } from "./kind";

const RUN_AS_ROLES = ["lambda", "states", "glue"].map((service) => `${service}.amazonaws.com`);

const assumed = (...more: readonly string[]) =>
  policy({ Effect: "Allow", Action: "sts:AssumeRole", Principal: { Service: [...RUN_AS_ROLES, ...more] } });

/** Who may what: roles, keys, functions and what runs as a role. */
export const accessKinds: Kinds = {
  role: {
    type: "aws:iam/role:Role",
    named: "name",
    make: ({ called }) => ({ name: called, assumeRolePolicy: assumed() }),
    vary: [
      one("assumeRolePolicy", assumed(), assumed("firehose.amazonaws.com")),
      one("description", undefined, "Reads", "Reads & writes <all>"),
      one("maxSessionDuration", undefined, 3600, 7200),
      tags,
    ],
  },
  rolePolicy: {
    type: "aws:iam/rolePolicy:RolePolicy",
    needs: ["role"],
    named: "name",
    make: ({ need, called }) => ({
      ...{ name: called, role: `\${${need("role")}.name}` },
      policy: policy({ Effect: "Allow", Action: "kinesis:ListShards", Resource: "*" }),
    }),
    vary: [
      ({ random, other }) => {
        const queue = other("queue");
        const Resource = queue === undefined ? "*" : `\${${queue}.arn}`;
        const Action = random.pick(["sqs:SendMessage", "sqs:ReceiveMessage"]);
        return { policy: policy({ Effect: "Allow", Action, Resource }) };
      },
    ],
  },
  key: {
    type: "aws:kms/key:Key",
    make: ({ called }) => ({ description: called }),
    vary: [
      one("enableKeyRotation", undefined, true, false),
      one("deletionWindowInDays", undefined, 7, 8),
      tags,
    ],
  },
  alias: {
    type: "aws:kms/alias:Alias",
    needs: ["key"],
    named: "name",
    make: ({ need, called }) => ({ name: `alias/${called}`, targetKeyId: `\${${need("key")}.keyId}` }),
    vary: [
      ({ random, need, other }) => ({
        targetKeyId: `\${${other("key") ?? need("key")}.${random.pick(["keyId", "arn"])}}`,
      }),
    ],
  },
  function: {
    type: "aws:lambda/function:Function",
    needs: ["role"],
    named: "name",
    imports: false,
    make: ({ need, called }) => ({
      ...{ name: called, role: `\${${need("role")}.arn}`, runtime: "nodejs20.x", handler: "index.handler" },
      code: { $code: "exports.handler = async () => 1;" },
    }),
    vary: [
      one("memorySize", undefined, 128, 256),
      one("timeout", undefined, 3, 30),
      one("description", undefined, "", "Answers"),
      one(
        "environment",
        undefined,
        { variables: { ONE: "1" } },
        { variables: { ONE: "2", TWO: { $secret: "SESAME-function" } } },
      ),
      ({ random }) => ({ code: { $code: `exports.handler = async () => ${random.integer(1, 3)};` } }),
      tags,
    ],
  },
  permission: {
    type: "aws:lambda/permission:Permission",
    needs: ["function", "rule"],
    imports: false,
    only: ({ function: called, sourceArn }) => `${String(called)} ${String(sourceArn)}`,
    make: ({ need }) => ({
      ...{ function: `\${${need("function")}.name}`, action: "lambda:InvokeFunction" },
      ...{ principal: "events.amazonaws.com", sourceArn: `\${${need("rule")}.arn}` },
    }),
    vary: [],
  },
  machine: {
    type: "aws:sfn/stateMachine:StateMachine",
    needs: ["role"],
    named: "name",
    make: ({ need, called }) => ({
      ...{ name: called, roleArn: `\${${need("role")}.arn}`, definition: ends("Succeed") },
    }),
    vary: [
      one("definition", ends("Succeed"), ends("Fail")),
      ({ random, other }) => {
        const group = random.chance(0.6) ? other("logGroup") : undefined;
        const wanted = { level: random.pick(["ALL", "ERROR"]), logDestination: `\${${group}.arn}:*` };
        return { loggingConfiguration: group === undefined ? undefined : wanted };
      },
      tags,
    ],
  },
};

function ends(Type: string): string {
  return JSON.stringify({ StartAt: "End", States: { End: { Type } } });
}
