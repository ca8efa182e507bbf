/** Classes of MSK's brokers, and what AWS states that each carries. */

export interface BrokerClass {
  /** Partitions of a broker, copies among them, as AWS advises. */
  readonly partitions: number;
  /** MB a second that clients may write, with three copies. */
  readonly writeMb: number;
  /** MB a second that clients may read; null: stated nowhere. */
  readonly readMb: number | null;
}

/**
 * Standard brokers: partitions by "Best practices for Standard brokers". Of their throughput AWS states that of m7g.16xlarge,
 * 153.8 MB/s ("Amazon MSK Express brokers"); the others' are its share by size. Express: "Amazon MSK Express broker quota",
 * sustained. (MSK developer guide, as read in 2026-11.) t3 and m5 are left out: t3.small has no private connectivity, by which
 * Firehose comes, and m7g is m5's successor.
 */
export const BROKERS: Readonly<Record<string, BrokerClass>> = {
  "kafka.m7g.large": standard(1000, 32),
  "kafka.m7g.xlarge": standard(1000, 16),
  "kafka.m7g.2xlarge": standard(2000, 8),
  "kafka.m7g.4xlarge": standard(4000, 4),
  "kafka.m7g.8xlarge": standard(4000, 2),
  "kafka.m7g.12xlarge": standard(4000, 4 / 3),
  "kafka.m7g.16xlarge": standard(4000, 1),
  "express.m7g.large": { partitions: 1000, writeMb: 15.6, readMb: 31.2 },
  "express.m7g.xlarge": { partitions: 1000, writeMb: 31.2, readMb: 62.5 },
  "express.m7g.2xlarge": { partitions: 2500, writeMb: 62.5, readMb: 125 },
  "express.m7g.4xlarge": { partitions: 6000, writeMb: 124.9, readMb: 249.8 },
  "express.m7g.8xlarge": { partitions: 12_000, writeMb: 250, readMb: 500 },
  "express.m7g.12xlarge": { partitions: 16_000, writeMb: 375, readMb: 750 },
  "express.m7g.16xlarge": { partitions: 20_000, writeMb: 500, readMb: 1000 },
};

/** @param share how many of it make a 16xlarge. */
function standard(partitions: number, share: number): BrokerClass {
  return { partitions, writeMb: 153.8 / share, readMb: null };
}

/** Express brokers have storage, copies and minima that nobody chooses. */
export function isExpress({ instance }: { readonly instance?: string }): boolean {
  return instance?.startsWith("express.") ?? false;
}
