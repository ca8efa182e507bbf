/** Preparations in DataBrew. */
import { resolve } from "node:path";
import type { Settings } from "../../settings";
import type { AwsContext } from "../context";
import { DataBrew, readPreparation, type DataBrewArgs } from "../data-prep";

/**
 * The stack's data preparations; null where its settings name none.
 *
 * @param root folder that the settings' files are below.
 */
export function createPreparation(
  { dataPreparations }: Settings,
  context: AwsContext,
  args: Omit<DataBrewArgs, "preparations">,
  root: string,
): DataBrew | null {
  if (dataPreparations.length === 0) return null;
  const preparations = dataPreparations.map((file) => readPreparation(resolve(root, file)));
  return new DataBrew("prep", context, { ...args, preparations });
}
