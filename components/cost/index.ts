/** Cost: what a recorded plan costs a month, from dated prices and the contracts' rates. */
export { ASSUMPTIONS, type AssumptionId } from "./assumptions";
export type { CostContext } from "./context";
export {
  estimate,
  type CostedComponent,
  type CostEstimate,
  type CostItem,
  type OpenItem,
  type Sums,
  type UnpricedType,
} from "./estimate";
export { HOURS } from "./month";
export type { PlannedResource } from "./planned-resource";
export { costOf, KRW_PER_USD, PRICED_REGION, priceOf, PRICES, type ExchangeRate, type Price } from "./prices";
export { streamCost, type StreamCost } from "./stream-cost";
export { COST_RULES, ruleOf, type CostRule } from "./table";
