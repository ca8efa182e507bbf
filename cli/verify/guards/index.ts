/** Asks AWS whether the protections that the program asked for are in force: what a plan, and an emulator, can't tell. */
import type { StepOutput } from "../../up/run";
import { ACCESS } from "./access";
import type { Asked, Guard } from "./guard";
import { STORAGE } from "./storage";
import { WATCHING } from "./watching";

export const GUARDS: readonly Guard[] = [...STORAGE, ...ACCESS, ...WATCHING];

/** @throws Error with all that is wrong at once. */
export async function guardsHold(asked: Asked, { note }: StepOutput): Promise<void> {
  const wrong: string[] = [];
  // An endpoint that is told to the SDK is not AWS.
  const onAws = process.env.AWS_ENDPOINT_URL === undefined;
  for (const guard of GUARDS) {
    if (guard.onlyAws !== undefined && !onAws) {
      note(`not asked: ${guard.title}: ${guard.onlyAws}`);
      continue;
    }
    const finding = await guard.ask(asked).catch((error: Error) => ({
      asked: 1,
      wrong: [`could not be asked: ${error.message}`],
    }));
    wrong.push(...finding.wrong.map((each) => `${guard.title}: ${each}`));
    if (finding.wrong.length === 0) {
      note(finding.asked === 0 ? `${guard.title}: none in this stack` : `${guard.title}: ${finding.asked}`);
    }
  }
  if (wrong.length > 0) throw new Error(`${wrong.length} protections do not hold:\n${wrong.join("\n")}`);
}
