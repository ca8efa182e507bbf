/** Clients end in order when their process is told to: what is buffered is sent, what was done is committed. */

const SIGNALS = ["SIGTERM", "SIGINT"] as const;
const closers = new Set<() => Promise<void>>();

/** @returns takes the client off the list, once it is closed. */
export function closeOnSignal(close: () => Promise<void>): () => void {
  if (closers.size === 0) SIGNALS.forEach((signal) => process.on(signal, closeAll));
  closers.add(close);
  return () => {
    closers.delete(close);
    if (closers.size === 0) SIGNALS.forEach((signal) => process.off(signal, closeAll));
  };
}

let closing = false;

async function closeAll(signal: NodeJS.Signals): Promise<void> {
  if (closing) return;
  closing = true;
  await Promise.allSettled([...closers].map((close) => close()));
  closing = false;
  SIGNALS.forEach((each) => process.off(each, closeAll));
  // The signal's own effect, which listening had taken away; a service that listens too decides for itself.
  if (process.listenerCount(signal) === 0) process.kill(process.pid, signal);
}
