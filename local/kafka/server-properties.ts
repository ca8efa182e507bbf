/** `server.properties` of the one node, which is broker and controller (KRaft). */

export interface NodePlace {
  readonly port: number;
  readonly controllerPort: number;
  /** Folder of the log. */
  readonly data: string;
}

/** Of the one node. */
export const NODE_ID = 1;

/** Alone, a node is every replica there is; nobody waits for others that could join. */
const ALONE = {
  "default.replication.factor": 1,
  "min.insync.replicas": 1,
  "offsets.topic.replication.factor": 1,
  "offsets.topic.num.partitions": 1,
  "transaction.state.log.replication.factor": 1,
  "transaction.state.log.min.isr": 1,
  "transaction.state.log.num.partitions": 1,
  "share.coordinator.state.topic.replication.factor": 1,
  "share.coordinator.state.topic.min.isr": 1,
  "share.coordinator.state.topic.num.partitions": 1,
  "group.initial.rebalance.delay.ms": 0,
  "auto.leader.rebalance.enable": false,
};

/** Threads and buffers for a laptop's load; Kafka's own are for a server's. */
const SMALL = {
  "num.network.threads": 2,
  "num.io.threads": 4,
  "background.threads": 2,
  "num.recovery.threads.per.data.dir": 1,
  "log.cleaner.dedupe.buffer.size": 2 * 1024 * 1024,
  "log.index.size.max.bytes": 1024 * 1024,
};

/** As the platform sets it on AWS: a misspelt topic is an error, and a replica that lags never leads. */
const STRICT = {
  "auto.create.topics.enable": false,
  "unclean.leader.election.enable": false,
};

export function serverProperties({ port, controllerPort, data }: NodePlace): string {
  const settings = {
    "process.roles": "broker,controller",
    "node.id": NODE_ID,
    "controller.quorum.voters": `${NODE_ID}@127.0.0.1:${controllerPort}`,
    listeners: `PLAINTEXT://127.0.0.1:${port},CONTROLLER://127.0.0.1:${controllerPort}`,
    "advertised.listeners": `PLAINTEXT://127.0.0.1:${port}`,
    "listener.security.protocol.map": "CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT",
    "inter.broker.listener.name": "PLAINTEXT",
    "controller.listener.names": "CONTROLLER",
    "log.dirs": data,
    ...ALONE,
    ...SMALL,
    ...STRICT,
  };
  return Object.entries(settings)
    .map(([key, value]) => `${key}=${escaped(String(value))}\n`)
    .join("");
}

/** A Java properties file reads a backslash as the start of an escape. */
function escaped(value: string): string {
  return value.replaceAll("\\", "\\\\");
}
