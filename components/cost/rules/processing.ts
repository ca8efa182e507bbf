/** EMR Serverless, Glue, Step Functions and DynamoDB: billed while a run lasts, and by what it does. */
import { depends, unpriced, type CostPart } from "../part";
import { inputAt, textAt, type PlannedResource } from "../planned-resource";

export function emrApplication(resource: PlannedResource): CostPart[] {
  const arm = textAt(resource, "architecture") === "ARM64";
  const cpu = arm ? "emr-vcpu-arm" : "emr-vcpu-x86";
  const waiting = inputAt(resource, "initialCapacities") !== undefined;
  return [
    ...(waiting ? [depends("workers that wait", "how long the application is started", cpu)] : []),
    depends("vCPUs of runs", "how long runs take", cpu),
    depends("memory of runs", "how long runs take", arm ? "emr-memory-arm" : "emr-memory-x86"),
  ];
}

export function glueJob(resource: PlannedResource): CostPart[] {
  const flex = inputAt(resource, "executionClass") === "FLEX";
  return [depends("DPUs of runs", "how long runs take", flex ? "glue-dpu-flex" : "glue-dpu")];
}

export function stateMachine(): CostPart[] {
  return [depends("state transitions", "how often a run is looked at", "state-transitions")];
}

export function table(resource: PlannedResource): CostPart[] {
  return inputAt(resource, "billingMode") === "PAY_PER_REQUEST"
    ? [
        depends("writes", "how many runs there are", "dynamodb-writes"),
        depends("reads", "how many runs there are", "dynamodb-reads"),
      ]
    : [unpriced("provisioned capacity", "no price of it is in the price file")];
}
