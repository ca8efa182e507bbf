/** `naru contract lint [PATH...]`: every error and every piece of advice about the data contracts. */
import { formatProblem, lintContracts } from "../../components/contract";
import { plural } from "../plural";
import { type Output, processOutput } from "./output";

export interface ContractLintOptions {
  /** Folders or files. @default ["contracts"] */
  readonly paths?: readonly string[];
  /** Print {@link lintContracts}'s result as JSON. @default false */
  readonly json?: boolean;
  /** Warnings count as errors. @default false */
  readonly strict?: boolean;
  readonly output?: Output;
}

/** Exit code: 0 when the contracts load, 1 when not (with `strict` also when there is advice). */
export async function contractLint(options: ContractLintOptions = {}): Promise<number> {
  const { paths = ["contracts"], json = false, strict = false, output = processOutput } = options;
  const result = lintContracts(paths);
  const { dataSets, errors, warnings } = result;
  if (json) {
    output.out(JSON.stringify(result, undefined, 2));
  } else {
    for (const problem of errors) output.out(`error    ${formatProblem(problem)}`);
    for (const problem of warnings) output.out(`warning  ${formatProblem(problem)}`);
    output.out(
      `${plural(dataSets.length, "data set")} read, ${plural(errors.length, "error")}, ${plural(warnings.length, "warning")}`,
    );
  }
  return errors.length > 0 || (strict && warnings.length > 0) ? 1 : 0;
}
