/** What a consumer is to its cluster: a member of a group, or the only reader of given partitions. */
import { Consumer } from "@platformatic/kafka";
import { baseOptions } from "./connection";
import type { CONSUMER_DEFAULTS, ConsumerSettings, TopicPartition } from "./consumer-settings";
import { isProtocolError } from "./failures";

type Settings = ConsumerSettings<never, never> &
  Omit<typeof CONSUMER_DEFAULTS, keyof ConsumerSettings<never, never>>;
type MemberSettings = Pick<Settings, "connection" | "groupId" | "topics" | "partitions"> & {
  readonly sessionTimeoutMs: number;
  readonly heartbeatMs: number;
  readonly rebalanceTimeoutMs: number;
};

/** Errors of a word to the group after which the underlying client does not find back by itself. */
const OUT = ["ILLEGAL_GENERATION", "FENCED_INSTANCE_ID", "NOT_COORDINATOR", "COORDINATOR_NOT_AVAILABLE"];

export class GroupMember {
  readonly client: Consumer;
  /** Rises with each assignment; 0 before the first. */
  generation = 0;
  assigned: readonly TopicPartition[] = [];
  private out = false;
  private joinedAt = 0;
  private joining: Promise<void> | undefined;

  constructor(private readonly settings: MemberSettings) {
    const { connection, groupId, sessionTimeoutMs, rebalanceTimeoutMs, heartbeatMs } = settings;
    this.client = new Consumer({
      ...baseOptions(connection),
      ...{ groupId, groupProtocol: "classic", retries: 3, retryDelay: 200 },
      ...{
        sessionTimeout: sessionTimeoutMs,
        rebalanceTimeout: rebalanceTimeoutMs,
        heartbeatInterval: heartbeatMs,
      },
    });
    this.client.on("consumer:group:join", () => this.take(this.client.assignments ?? []));
    this.client.on("consumer:heartbeat:error", ({ error }: { error: Error }) => {
      if (isProtocolError(error, ...OUT)) this.out = true;
    });
    // The underlying client says so when it gave up joining again.
    this.client.on("error", () => (this.out = true));
  }

  /**
   * False when only a new member can go on: the group said so, or has not answered for a whole session. The underlying
   * client waits for ever for an answer that went down with its broker, and says no further word.
   */
  get isIn(): boolean {
    if (this.out || this.generation === 0 || this.settings.partitions !== undefined) return !this.out;
    const heard = Math.max(this.joinedAt, this.client.lastHeartbeat?.getTime() ?? 0);
    return Date.now() - heard <= this.settings.sessionTimeoutMs;
  }

  /** Joins, or goes on joining; resolves when there is an assignment. */
  join(): Promise<void> {
    this.joining ??= this.begin().catch((error: Error) => {
      this.joining = undefined;
      throw error;
    });
    return this.joining;
  }

  /** Leaves the group at once, so that nobody waits for the end of the session. */
  async leave(): Promise<void> {
    await this.client.close(true);
  }

  private async begin(): Promise<void> {
    const { topics, partitions } = this.settings;
    for (const topic of new Set(topics ?? partitions!.map((each) => each.topic)))
      this.client.topics.track(topic);
    if (partitions === undefined) {
      await this.client.joinGroup({});
      return;
    }
    // Commits of no member: Kafka takes them while the group has none.
    this.client.generationId = -1;
    this.client.memberId = "";
    this.assigned = partitions;
    this.generation = 1;
  }

  private take(assignments: readonly { topic: string; partitions: readonly number[] }[]): void {
    this.assigned = assignments.flatMap(({ topic, partitions }) =>
      partitions.map((partition) => ({ topic, partition })),
    );
    this.joinedAt = Date.now();
    this.generation += 1;
  }
}
