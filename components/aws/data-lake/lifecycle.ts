/** When objects move to a cheaper storage class and when they go: S3's own rules, checked before S3 sees them. */
import type * as aws from "@pulumi/aws";
import { checkNumber, checkText, type ArgumentProblem } from "../../arguments";
import { LIMITS } from "../../limits";

/** Classes that objects can move to, from the dearest storage to the cheapest: S3 moves them downwards only. */
export type StorageClass = "STANDARD_IA" | "INTELLIGENT_TIERING" | "GLACIER_IR" | "GLACIER" | "DEEP_ARCHIVE";

interface ClassFacts {
  /** Days that S3 bills at least (S3 pricing, "minimum storage duration", 2026-11). */
  readonly billedDays: number;
  /** Whether a query can read the object as it lies there, without a restore that takes minutes to hours. */
  readonly readable: boolean;
}

const CLASSES: Readonly<Record<StorageClass, ClassFacts>> = {
  STANDARD_IA: { billedDays: 30, readable: true },
  INTELLIGENT_TIERING: { billedDays: 0, readable: true },
  GLACIER_IR: { billedDays: 90, readable: true },
  GLACIER: { billedDays: 90, readable: false },
  DEEP_ARCHIVE: { billedDays: 180, readable: false },
};
const ORDER = Object.keys(CLASSES) as StorageClass[];

/** S3 takes that many rules a bucket (PutBucketLifecycleConfiguration). */
const MOST_RULES = 1000;
/** S3 User Guide, "Lifecycle transition considerations": days in Standard, and then in Infrequent Access, before a move. */
const DAYS_BEFORE_A_MOVE = 30;

export interface Transition {
  readonly storageClass: StorageClass;
  /** Days since the object was written. */
  readonly afterDays: number;
}

/** What becomes of the objects below one folder. */
export interface FolderLifecycle {
  /** Name of the rule, one in a bucket. */
  readonly id: string;
  /** Folder with a slash behind; empty: the whole bucket. @default "" */
  readonly prefix?: string;
  /** Whether queries read the folder: then nothing moves to a class that must be restored first. */
  readonly live: boolean;
  /** Moves, in order. @default [] */
  readonly transitions?: readonly Transition[];
  /** Days after which objects expire. Absent: never. */
  readonly expireAfterDays?: number;
  /** Days that old versions stay, where those are fewer than the bucket's: S3 takes the fewer. Absent: the bucket's. */
  readonly oldVersionDays?: number;
}

/**
 * What is kept of a table's files: cheaper classes after so many days, each only where the files stay there at least as
 * long as S3 bills for it, and the end with the contract's retention.
 */
export function tableLifecycle(
  id: string,
  prefix: string,
  retentionDays: number,
  moves: readonly Transition[],
): FolderLifecycle {
  const transitions = moves.filter(
    ({ storageClass, afterDays }) => retentionDays >= afterDays + CLASSES[storageClass].billedDays,
  );
  return { id, prefix, live: true, transitions, expireAfterDays: retentionDays };
}

/** @returns what is wrong with the rules of one bucket, each problem with its argument. */
export function lifecycleProblems(rules: readonly FolderLifecycle[]): (ArgumentProblem | undefined)[] {
  const ids = rules.map(({ id }) => id);
  const twice = [...new Set(ids.filter((id, at) => ids.indexOf(id) !== at))];
  return [
    rules.length < MOST_RULES
      ? undefined
      : `lifecycle: has ${rules.length} rules; S3 takes ${MOST_RULES - 1} beside the platform's own, so join folders`,
    twice.length === 0
      ? undefined
      : `lifecycle: has the id ${twice.join(", ")} more than once; give each rule its own`,
    ...rules.flatMap((rule, at) => ruleProblems(`lifecycle[${at}]`, rule)),
  ];
}

function ruleProblems(argument: string, rule: FolderLifecycle): (ArgumentProblem | undefined)[] {
  const transitions = rule.transitions ?? [];
  const last = transitions.at(-1);
  return [
    checkText(`${argument}.prefix`, rule.prefix, isFolder, 'a folder such as "lms/requests/", or ""'),
    ...transitions.flatMap((_, at) => transitionProblems(argument, rule, at)),
    checkNumber(`${argument}.expireAfterDays`, rule.expireAfterDays, LIMITS.expireAfter),
    checkNumber(`${argument}.oldVersionDays`, rule.oldVersionDays, LIMITS.expireAfter),
    last === undefined || rule.expireAfterDays === undefined ? undefined : tooShort(argument, rule, last),
  ];
}

function transitionProblems(
  argument: string,
  { live, transitions = [] }: FolderLifecycle,
  at: number,
): (ArgumentProblem | undefined)[] {
  const name = `${argument}.transitions[${at}]`;
  const { storageClass, afterDays } = transitions[at]!;
  const before = transitions[at - 1];
  const known = CLASSES[storageClass];
  if (known === undefined) {
    return [`${name}.storageClass: is "${storageClass}"; write one of ${ORDER.join(", ")}`];
  }
  const infrequent = storageClass === "STANDARD_IA";
  const bounds = infrequent ? LIMITS.infrequentAccessAfter : LIMITS.expireAfter;
  const least = before === undefined ? 0 : before.afterDays + waitAfter(before);
  return [
    checkNumber(`${name}.afterDays`, afterDays, bounds),
    live && !known.readable
      ? `${name}.storageClass: is ${storageClass}, which queries can't read without a restore; write GLACIER_IR, or ` +
        "set live to false for a folder that no query reads"
      : undefined,
    before !== undefined && ORDER.indexOf(before.storageClass) >= ORDER.indexOf(storageClass)
      ? `${name}.storageClass: is ${storageClass} behind ${before.storageClass}; S3 moves downwards only, in the order ` +
        ORDER.join(", ")
      : undefined,
    afterDays < least
      ? `${name}.afterDays: is ${afterDays}; write ${least} or more, ${least - before!.afterDays} days behind ` +
        `${before!.storageClass} (${before!.afterDays})`
      : undefined,
  ];
}

/** Days that objects stay in a class before they may move on. */
function waitAfter({ storageClass }: Transition): number {
  return storageClass === "STANDARD_IA" ? DAYS_BEFORE_A_MOVE : 1;
}

function tooShort(argument: string, rule: FolderLifecycle, last: Transition): ArgumentProblem | undefined {
  const billed = CLASSES[last.storageClass]?.billedDays ?? 0;
  const least = last.afterDays + Math.max(billed, 1);
  return rule.expireAfterDays! >= least
    ? undefined
    : `${argument}.expireAfterDays: is ${rule.expireAfterDays}; write ${least} or more, or leave out the move to ` +
        `${last.storageClass} after ${last.afterDays} days, which S3 bills for ${billed} days at least`;
}

function isFolder(prefix: string): boolean {
  return prefix === "" || (/^[^/].*\/$/.test(prefix) && !prefix.includes("*"));
}

/** The rules as S3 takes them. */
export function lifecycleRules(
  rules: readonly FolderLifecycle[],
): aws.types.input.s3.BucketLifecycleConfigurationRule[] {
  return rules.map(({ id, prefix = "", transitions = [], expireAfterDays, oldVersionDays }) => ({
    id,
    filter: { prefix },
    status: "Enabled",
    ...(transitions.length > 0 && {
      transitions: transitions.map(({ storageClass, afterDays }) => ({ days: afterDays, storageClass })),
    }),
    ...(expireAfterDays !== undefined && { expiration: { days: expireAfterDays } }),
    ...(oldVersionDays !== undefined && { noncurrentVersionExpiration: { noncurrentDays: oldVersionDays } }),
  }));
}
