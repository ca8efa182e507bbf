import { one, tags, type Kinds } from "./kind";

const METHOD = { httpMethod: "POST" };

/** API Gateway. */
export const apiKinds: Kinds = {
  api: {
    type: "aws:apigateway/restApi:RestApi",
    make: ({ called }) => ({ name: called, endpointConfiguration: { types: "REGIONAL" } }),
    vary: [one("description", undefined, "Takes events", "Takes more"), tags],
  },
  path: {
    type: "aws:apigateway/resource:Resource",
    needs: ["api"],
    imports: false,
    make: ({ need, called }) => ({
      ...{ restApi: `\${${need("api")}.id}`, parentId: `\${${need("api")}.rootResourceId}` },
      pathPart: called,
    }),
    vary: [({ called, random }) => ({ pathPart: random.pick([called, `${called}-more`]) })],
  },
  method: {
    type: "aws:apigateway/method:Method",
    needs: ["path"],
    imports: false,
    only: ({ resourceId }) => String(resourceId),
    make: ({ need }) => ({
      ...{ ...METHOD, authorization: "NONE" },
      ...{ restApi: `\${${need("path")}.restApi}`, resourceId: `\${${need("path")}.id}` },
    }),
    vary: [one("apiKeyRequired", undefined, true, false), one("authorization", "NONE", "AWS_IAM")],
  },
  integration: {
    type: "aws:apigateway/integration:Integration",
    needs: ["method", "function"],
    imports: false,
    only: ({ resourceId }) => String(resourceId),
    make: ({ need }) => ({
      ...{ ...METHOD, integrationHttpMethod: "POST", type: "AWS_PROXY" },
      ...{ restApi: `\${${need("method")}.restApi}`, resourceId: `\${${need("method")}.resourceId}` },
      uri: `\${${need("function")}.invokeArn}`,
    }),
    vary: [],
  },
  apiKey: {
    type: "aws:apigateway/apiKey:ApiKey",
    make: ({ called }) => ({ name: called }),
    vary: [one("description", undefined, "Of a sender", "Of senders")],
  },
  usagePlan: {
    type: "aws:apigateway/usagePlan:UsagePlan",
    make: ({ called }) => ({ name: called }),
    vary: [one("description", undefined, "Slow", "Fast")],
  },
  usagePlanKey: {
    type: "aws:apigateway/usagePlanKey:UsagePlanKey",
    needs: ["usagePlan", "apiKey"],
    imports: false,
    only: ({ keyId, usagePlanId }) => `${String(keyId)} ${String(usagePlanId)}`,
    make: ({ need }) => ({
      ...{ usagePlanId: `\${${need("usagePlan")}.id}`, keyId: `\${${need("apiKey")}.id}` },
      keyType: "API_KEY",
    }),
    vary: [],
  },
};
