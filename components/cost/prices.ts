/** What AWS asks for: one dated file a region, and nothing else states a price that is reckoned with. */
import seoul from "./prices/ap-northeast-2.json";

export interface Price {
  readonly id: string;
  readonly service: string;
  /** For {@link per} units, before taxes, without free tiers, in the first tier. */
  readonly usd: number;
  readonly per: number;
  readonly unit: string;
  /** AWS's page or price list; where that could not be read, what states it. */
  readonly source: string;
  /** As the price list names it. */
  readonly usageType?: string;
  /** YYYY-MM-DD on which it stood there. */
  readonly seen: string;
  /** Whether the region's own number was seen; the answer says so beside it where not. */
  readonly confirmed: boolean;
  /** Who quotes the region's number, as the price list itself can't be read offline. */
  readonly seenIn?: string;
  /** What an unconfirmed one was taken from. */
  readonly takenFrom?: string;
}

export interface ExchangeRate {
  readonly rate: number;
  /** YYYY-MM-DD. */
  readonly date: string;
  readonly source: string;
}

/** Region whose prices are known. */
export const PRICED_REGION = seoul.region;

/** Won for a dollar, as long as nobody says another. */
export const KRW_PER_USD: ExchangeRate = seoul.krwPerUsd;

export const PRICES: readonly Price[] = seoul.prices;

const BY_ID = new Map(PRICES.map((price) => [price.id, price]));

/** @throws Error for an id that the file does not have: a rule's mistake. */
export function priceOf(id: string): Price {
  const price = BY_ID.get(id);
  if (price === undefined) throw new Error(`components/cost/prices has no price "${id}"`);
  return price;
}

/** Dollars for so many units. */
export function costOf(id: string, quantity: number): number {
  const { usd, per } = priceOf(id);
  return (quantity / per) * usd;
}
