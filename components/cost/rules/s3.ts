/** S3: what streams leave in the tables, by the lifecycle rules of the bucket. */
import type { CostContext } from "../context";
import { DAYS, plainGb } from "../month";
import { depends, unpriced, usage, type BilledPart, type CostPart } from "../part";
import { inputAt, listAt, numberAt, textAt, type PlannedResource } from "../planned-resource";

/** Bytes of a table beside its events' JSON; `stored` of the assumptions says how it was measured. */
const SHARE = { raw: 0.3, curated: 0.23 } as const;

const CLASS_PRICES: Readonly<Record<string, string>> = {
  STANDARD: "s3-standard",
  STANDARD_IA: "s3-standard-ia",
  GLACIER_IR: "s3-glacier-ir",
};

type Inputs = PlannedResource["inputs"];

interface Move {
  readonly days: number;
  readonly storageClass: string;
}

export function bucket(resource: PlannedResource, context: CostContext): CostPart[] {
  const share = /-raw-/.test(nameOf(resource))
    ? SHARE.raw
    : /-curated-/.test(nameOf(resource))
      ? SHARE.curated
      : undefined;
  if (share === undefined) return [depends("objects", "what is kept in it", "s3-standard")];
  const lifecycle = lifecycleOf(resource, context);
  return [
    ...context.streams.flatMap(({ id, ...stream }) =>
      tableParts(id, plainGb({ id, ...stream }) * share, ruleFor(id, lifecycle)),
    ),
    depends("other tables and old versions", "what is dropped", "s3-standard"),
    depends("requests to read", "what is asked", "s3-reads"),
  ];
}

/** Moves are billed by the object; small ones stay where they are. */
export function lifecycle(resource: PlannedResource): CostPart[] {
  const moves = listAt(resource, "rules").flatMap((rule) => movesOf({ ...resource, inputs: rule as Inputs }));
  return [...new Set(moves.map(({ storageClass }) => storageClass))].map((storageClass) =>
    storageClass === "GLACIER_IR"
      ? depends("moves to GLACIER_IR", "how many objects there are", "s3-moves-glacier-ir")
      : unpriced(`moves to ${storageClass}`, "no price of these moves is in the price file"),
  );
}

function nameOf(resource: PlannedResource): string {
  return textAt(resource, "bucket") ?? resource.name;
}

function lifecycleOf(resource: PlannedResource, { resources }: CostContext): PlannedResource | undefined {
  return resources.find(
    ({ type, inputs }) =>
      type === "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration" &&
      inputs.bucket === nameOf(resource),
  );
}

/** The rule about a table's files; undefined: they are kept for good. */
function ruleFor(id: string, lifecycle: PlannedResource | undefined): PlannedResource | undefined {
  if (lifecycle === undefined) return undefined;
  const inputs = listAt(lifecycle, "rules").find(
    (rule) => inputAt({ inputs: rule as Inputs }, "filter.prefix") === `${id.replace(".", "/")}/`,
  );
  return inputs === undefined ? undefined : { ...lifecycle, inputs: inputs as Inputs };
}

function tableParts(id: string, gbAMonth: number, rule: PlannedResource | undefined): CostPart[] {
  const first: BilledPart = {
    ...usage(`${id}, a month's rows`, gbAMonth, "s3-standard", ["stored", "kept"]),
    when: "first-month",
  };
  const days = rule === undefined ? null : numberAt(rule, "expiration.days", NaN);
  if (rule === undefined || days === null || Number.isNaN(days)) {
    return [first, depends(`${id}, later`, "how long its files are kept: no rule ends them", "s3-standard")];
  }
  const moves = movesOf(rule);
  return moves.every(({ days: after }) => typeof after === "number")
    ? [first, ...keptParts(id, gbAMonth / DAYS, days, moves)]
    : [first, depends(`${id}, later`, "when its files move, which the plan does not know", "s3-standard")];
}

function movesOf(rule: PlannedResource): Move[] {
  const moves = listAt(rule, "transitions").map((move) => move as Move);
  return [...moves].sort((a, b) => a.days - b.days);
}

/** Each class holds the days between a move and the next. */
export function keptParts(id: string, gbADay: number, days: number, moves: readonly Move[]): CostPart[] {
  const steps: readonly Move[] = [
    { days: 0, storageClass: "STANDARD" },
    ...moves.filter((move) => move.days < days),
  ];
  return steps.map((step, at) => {
    const until = steps[at + 1]?.days ?? days;
    const what = `${id}, days ${step.days} to ${until}`;
    const price = CLASS_PRICES[step.storageClass];
    if (price === undefined) return unpriced(what, `no price of ${step.storageClass} is in the price file`);
    return {
      ...usage(what, gbADay * (until - step.days), price, ["stored", "kept"]),
      when: "after-retention" as const,
    };
  });
}
