/** `naru key`: pseudonym keys in files, for a closed network without KMS. Key bytes are never shown. */
import { checkKeyFile, type KeyFacts, newKeyFile, ShipError } from "../shipper";
import { type Output, processOutput } from "./contract/output";

export interface KeyOptions {
  readonly file: string;
  /** Print {id, created, check} as JSON. @default false */
  readonly json?: boolean;
  readonly output?: Output;
}

/** `naru key new FILE`. Exit code 1 when something stands there already. */
export async function keyNew(options: KeyOptions): Promise<number> {
  return tell(options, () => newKeyFile(options.file), [
    "Keep a copy in a safe place: who loses the key can't make the same pseudonyms again,",
    "and who has it can find the person behind one. It must never leave the closed network.",
  ]);
}

/** `naru key check FILE`. Exit code 1 when the file is missing, open to others, or no key file. */
export async function keyCheck(options: KeyOptions): Promise<number> {
  return tell(options, () => checkKeyFile(options.file), []);
}

function tell(
  { file, json = false, output = processOutput }: KeyOptions,
  facts: () => KeyFacts,
  advice: string[],
) {
  try {
    const { id, created, check } = facts();
    if (json) output.out(JSON.stringify({ id, created, check }));
    else output.out(`${file}: key ${id}, made ${created}, check value ${check}`);
    for (const line of advice) output.err(line);
    return 0;
  } catch (error) {
    if (!(error instanceof ShipError)) throw error;
    output.err(error.message);
    return 1;
  }
}
