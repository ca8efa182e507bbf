/** Which addresses a process and its descendants listen on, as the kernel tells. */
import { existsSync, readdirSync, readFileSync, readlinkSync } from "node:fs";

export interface Endpoint {
  readonly address: string;
  readonly port: number;
}

export interface ListeningSocket extends Endpoint {
  readonly pid: number;
}

/** Whether this system tells about sockets the way Linux does. */
export function canReadSockets(): boolean {
  return existsSync("/proc/net/tcp");
}

/** TCP sockets in state LISTEN, IPv4 and IPv6, of the processes and everything they started. */
export function listeningSockets(roots: readonly number[]): ListeningSocket[] {
  const byInode = new Map([...readTable("/proc/net/tcp"), ...readTable("/proc/net/tcp6")]);
  return descendants(roots).flatMap((pid) =>
    socketInodes(pid).flatMap((inode) => {
      const at = byInode.get(inode);
      return at === undefined ? [] : [{ pid, ...at }];
    }),
  );
}

/** Looks again and again while a run goes on, since Spark's sockets come and go within it. */
export class SocketWatch {
  private readonly seen = new Map<string, ListeningSocket>();
  private readonly timer: NodeJS.Timeout | undefined;

  /** @param everyMs milliseconds between two looks; one look takes a few. */
  constructor(everyMs = 1000) {
    if (!canReadSockets()) return;
    this.timer = setInterval(() => this.look(), everyMs);
    this.timer.unref();
  }

  /** Ends the watch; every socket that was seen, each address and port once. */
  end(): ListeningSocket[] {
    if (this.timer !== undefined) this.look();
    clearInterval(this.timer);
    return [...this.seen.values()];
  }

  private look(): void {
    for (const socket of listeningSockets([process.pid]))
      this.seen.set(`${socket.address}:${socket.port}`, socket);
  }
}

/** Sockets that answer to more than this machine. */
export function exposedSockets(sockets: readonly ListeningSocket[]): ListeningSocket[] {
  return sockets.filter(({ address }) => !LOOPBACK.test(address));
}

/** 127.0.0.0/8, ::1, and 127.0.0.0/8 mapped into IPv6 (as Java listens). */
const LOOPBACK = /^(127\.|::1$|::ffff:127\.)/;
/** TCP_LISTEN in the kernel's table. */
const LISTEN = "0A";

function readTable(file: string): [inode: string, at: Endpoint][] {
  return existsSync(file) ? parseTable(readFileSync(file, "utf8")) : [];
}

/** Listening sockets of a kernel table (`/proc/net/tcp`, `/proc/net/tcp6`), by inode. */
export function parseTable(table: string): [inode: string, at: Endpoint][] {
  return table
    .trim()
    .split("\n")
    .slice(1)
    .flatMap((line) => {
      const [, local, , state, , , , , , inode] = line.trim().split(/\s+/) as string[];
      if (state !== LISTEN) return [];
      const [address, port] = local!.split(":") as [string, string];
      return [[inode!, { address: readAddress(address), port: parseInt(port, 16) }] as const];
    })
    .map(([inode, at]) => [inode, at]);
}

/** The kernel writes 32-bit words in the machine's byte order. */
function readAddress(text: string): string {
  const words = text.match(/.{8}/g)!.map((word) => Buffer.from(word, "hex").reverse());
  const bytes = Buffer.concat(words);
  if (bytes.length === 4) return bytes.join(".");
  if (bytes.subarray(0, 10).every((b) => b === 0) && bytes.readUInt16BE(10) === 0xffff) {
    return `::ffff:${bytes.subarray(12).join(".")}`;
  }
  if (bytes.every((b) => b === 0)) return "::";
  if (bytes.subarray(0, 15).every((b) => b === 0) && bytes[15] === 1) return "::1";
  return bytes.toString("hex").match(/.{4}/g)!.join(":");
}

function descendants(roots: readonly number[]): number[] {
  const children = new Map<number, number[]>();
  for (const entry of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
    const parent = parentOf(Number(entry));
    if (parent !== undefined) children.set(parent, [...(children.get(parent) ?? []), Number(entry)]);
  }
  const below = (pid: number): number[] => [pid, ...(children.get(pid) ?? []).flatMap(below)];
  return [...new Set(roots.flatMap(below))];
}

/** A process may end while it is looked at; then it listens on nothing. */
function parentOf(pid: number): number | undefined {
  try {
    return Number(/^PPid:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]);
  } catch {
    return undefined;
  }
}

function socketInodes(pid: number): string[] {
  try {
    return readdirSync(`/proc/${pid}/fd`).flatMap((fd) => linkedSocket(`/proc/${pid}/fd/${fd}`));
  } catch {
    return [];
  }
}

function linkedSocket(link: string): string[] {
  try {
    const inode = /^socket:\[(\d+)\]$/.exec(readlinkSync(link))?.[1];
    return inode === undefined ? [] : [inode];
  } catch {
    return [];
  }
}
