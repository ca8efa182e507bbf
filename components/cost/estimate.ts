/** What a plan costs: every resource by its type's rule, sums by component. */
import type { AssumptionId } from "./assumptions";
import type { CostContext } from "./context";
import type { BilledPart, CostPart } from "./part";
import type { PlannedResource } from "./planned-resource";
import { costOf, priceOf } from "./prices";
import { ruleOf } from "./table";

/** Resources below one top component of the program. */
export interface CostedComponent {
  readonly name: string;
  readonly resources: readonly PlannedResource[];
}

interface OfResource {
  readonly component: string;
  readonly type: string;
  readonly resource: string;
}

export interface CostItem extends OfResource {
  readonly kind: "idle" | "usage";
  readonly when: "always" | "first-month" | "after-retention";
  readonly what: string;
  readonly quantity: number;
  /** Of the price file. */
  readonly price: string;
  readonly unit: string;
  readonly usd: number;
  /** Whether the price is the region's own, seen. */
  readonly confirmed: boolean;
}

export interface OpenItem extends OfResource {
  readonly what: string;
  readonly on: string;
  /** What a unit costs. */
  readonly price: string | null;
}

export interface UnpricedType {
  readonly type: string;
  /** A part of what it costs; null: all of it. */
  readonly what: string | null;
  readonly count: number;
  readonly why: string;
}

/** USD a month. */
export interface Sums {
  readonly idle: number;
  /** Idle apart; the first month's data in the tables. */
  readonly usage: number;
  /** The same once the oldest rows go. */
  readonly usageAfterRetention: number;
}

export interface CostEstimate {
  readonly components: readonly (Sums & { readonly name: string })[];
  readonly total: Sums;
  /** Of the total's idle and usage, what stands on prices that are not confirmed. */
  readonly unconfirmedUsd: number;
  readonly items: readonly CostItem[];
  /** In no sum. */
  readonly depends: readonly OpenItem[];
  /** In no sum; never 0. */
  readonly notPriced: readonly UnpricedType[];
  readonly priced: number;
  readonly free: number;
  readonly assumptions: readonly AssumptionId[];
}

export function estimate(components: readonly CostedComponent[], context: CostContext): CostEstimate {
  const found = components.flatMap(({ name, resources }) =>
    resources.flatMap((resource) => partsOf(name, resource, context)),
  );
  const items = found.flatMap(({ of, part }) => (isBilled(part) ? [itemOf(of, part)] : []));
  const resources = components.flatMap((component) => component.resources);
  const count = (kind: string) => resources.filter(({ type }) => ruleOf(type).kind === kind).length;
  return {
    components: components.map(({ name }) => ({
      name,
      ...sumsOf(items.filter(({ component }) => component === name)),
    })),
    total: sumsOf(items),
    unconfirmedUsd: sum(items.filter(({ confirmed, when }) => !confirmed && when !== "after-retention")),
    items,
    depends: found.flatMap(({ of, part }) =>
      part.kind === "depends" ? [{ ...of, what: part.what, on: part.on, price: part.price ?? null }] : [],
    ),
    notPriced: merged([
      ...unpricedTypes(resources),
      ...found.flatMap(({ of, part }) =>
        part.kind === "not-priced" ? [{ type: of.type, what: part.what, count: 1, why: part.why }] : [],
      ),
    ]),
    ...{ priced: count("priced"), free: count("free") },
    assumptions: [...new Set(found.flatMap(({ part }) => (isBilled(part) ? (part.assumes ?? []) : [])))],
  };
}

function partsOf(component: string, resource: PlannedResource, context: CostContext) {
  const of: OfResource = { component, type: resource.type, resource: resource.name };
  const rule = ruleOf(resource.type);
  return rule.kind === "priced" ? rule.parts(resource, context).map((part) => ({ of, part })) : [];
}

function isBilled(part: CostPart): part is BilledPart {
  return part.kind === "idle" || part.kind === "usage";
}

function itemOf(of: OfResource, { kind, when, what, quantity, price }: BilledPart): CostItem {
  const { unit, confirmed } = priceOf(price);
  return {
    ...of,
    kind,
    when: when ?? "always",
    what,
    quantity,
    price,
    unit,
    usd: costOf(price, quantity),
    confirmed,
  };
}

function unpricedTypes(resources: readonly PlannedResource[]): UnpricedType[] {
  const types = [...new Set(resources.map(({ type }) => type))].sort();
  return types.flatMap((type) => {
    const rule = ruleOf(type);
    if (rule.kind !== "not-priced") return [];
    return [
      {
        type,
        what: null,
        count: resources.filter((resource) => resource.type === type).length,
        why: rule.why,
      },
    ];
  });
}

/** The same part of several resources once. */
function merged(found: readonly UnpricedType[]): UnpricedType[] {
  const keyOf = ({ type, what }: UnpricedType) => `${type} ${what}`;
  return [...new Set(found.map(keyOf))].map((key) => {
    const same = found.filter((each) => keyOf(each) === key);
    return { ...same[0]!, count: same.reduce((total, { count }) => total + count, 0) };
  });
}

function sumsOf(items: readonly CostItem[]): Sums {
  const used = items.filter(({ kind }) => kind === "usage");
  return {
    idle: sum(items.filter(({ kind }) => kind === "idle")),
    usage: sum(used.filter(({ when }) => when !== "after-retention")),
    usageAfterRetention: sum(used.filter(({ when }) => when !== "first-month")),
  };
}

function sum(items: readonly CostItem[]): number {
  return items.reduce((total, { usd }) => total + usd, 0);
}
