/** Functions that die of a record: their own code behind a wrapper that ends the process when it sees a mark. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import {
  ListFunctionsCommand,
  UpdateFunctionCodeCommand,
  waitUntilFunctionUpdatedV2,
  type LambdaClient,
} from "@aws-sdk/client-lambda";
import { zipSync } from "fflate";
import { functionSpec, loadContracts } from "../../../components/contract";
import { bundleFunction, type FunctionName } from "../../../functions/bundle";
import { ROOT } from "../../paths";

/** No byte sequence of the sample. */
export const MARK = "naru-proof-crash";

const WRAPPER = `const { handler } = require("./handler.js");
exports.handler = (event, context) => {
  for (const record of event.Records ?? event.records) {
    const data = record.kinesis === undefined ? record.data : record.kinesis.data;
    if (Buffer.from(data, "base64").includes(${JSON.stringify(MARK)})) process.exit(9);
  }
  return handler(event, context);
};
`;

/**
 * Gives functions their own bundle behind the wrapper.
 * @param parts name of a bundle to the end of the name of the function that has it.
 * @throws Error when there is no such function.
 */
export async function dieOfMark(
  lambda: LambdaClient,
  dataSet: string,
  parts: Readonly<Partial<Record<FunctionName, string>>>,
): Promise<void> {
  const { Functions = [] } = await lambda.send(new ListFunctionsCommand({ MaxItems: 50 }));
  const contract = loadContracts([join(ROOT, "contracts")]).find(({ id }) => id === dataSet)!;
  for (const [bundle, end] of Object.entries(parts) as [FunctionName, string][]) {
    const found = Functions.find(({ FunctionName: name }) => name!.endsWith(end));
    if (found === undefined) throw new Error(`No function ends with ${end}`);
    const FunctionName = found.FunctionName!;
    const ZipFile = zipSync({
      "index.js": Buffer.from(WRAPPER),
      "handler.js": readFileSync(join(bundleFunction(bundle), "index.js")),
      "contracts.json": Buffer.from(JSON.stringify([functionSpec(contract)])),
    });
    await lambda.send(new UpdateFunctionCodeCommand({ FunctionName, ZipFile }));
    await waitUntilFunctionUpdatedV2({ client: lambda, minDelay: 1, maxWaitTime: 30 }, { FunctionName });
  }
}
