/**
 * Sends events of a page to Naru's collector: in batches, behind the page's work, again where it must, without cookies.
 *
 *   import { collector } from "/naru-collect.mjs";
 *   const { track } = collector({ url: "https://…/live/v1/events/lms/requests", headers: { "x-api-key": "…" } });
 *   track({ page: location.pathname, http_method: "GET" });
 *
 * url: address of one data set. headers: what lets callers in. idKey, timeKey: keys that are filled where an event lacks
 * them; null: none. wait: ms that events gather. tries: posts of one event before it is given up. most: events kept.
 * lost(events, reason): told of events that are given up or refused. post: as fetch.
 */
export function collector({
  url,
  headers = {},
  idKey = "id",
  timeKey = "occurred_at",
  wait = 1000,
  tries = 6,
  most = 1000,
  lost = () => {},
  post = (...request) => fetch(...request),
}) {
  // What browsers let a page leave behind is 64 KiB (Fetch, "keepalive"); the collector takes 500 events.
  const BYTES = 60000;
  const EVENTS = 100;
  const queue = [];
  let timer;
  let busy = false;
  let failures = 0;

  function plan(ms) {
    clearTimeout(timer);
    timer = setTimeout(flush, ms);
  }

  /** Gives at once; never throws for the network's sake. */
  function track(event) {
    // Written once: whatever is sent again is the same event to the collector.
    const made = {};
    if (idKey) made[idKey] = crypto.randomUUID();
    if (timeKey) made[timeKey] = new Date().toISOString();
    const text = JSON.stringify({ ...made, ...event });
    const size = new TextEncoder().encode(text).length + 1;
    if (size >= BYTES) return lost([event], "too large");
    if (queue.length >= most) lost([JSON.parse(queue.shift().text)], "too many");
    queue.push({ text, size, tried: 0 });
    if (queue.length === 1 && !busy) plan(wait);
  }

  function take() {
    let size = 1;
    let count = 0;
    while (count < queue.length && count < EVENTS && (size += queue[count].size) <= BYTES) count++;
    return queue.splice(0, count);
  }

  const give = (items, reason) =>
    items.length &&
    lost(
      items.map(({ text }) => JSON.parse(text)),
      reason,
    );

  /** Sends what waits, now; resolves when it is answered. */
  async function flush() {
    if (busy || queue.length === 0) return;
    busy = true;
    try {
      const again = await send(take());
      failures = again.length ? failures + 1 : 0;
      queue.unshift(...again);
    } finally {
      busy = false;
    }
    // Full jitter: pages that were refused together do not come back together.
    if (queue.length) plan(failures ? Math.random() * Math.min(60000, wait * 2 ** failures) : 0);
  }

  /** @returns what must be sent again. */
  async function send(items) {
    let status = 0;
    let answer;
    try {
      const response = await post(url, {
        method: "POST",
        headers: { "content-type": "application/json", ...headers },
        body: `[${items.map(({ text }) => text).join()}]`,
        credentials: "omit",
        keepalive: true,
      });
      status = response.status;
      answer = await response.json();
    } catch {
      // No answer, or none that can be read: the status tells.
    }
    const { refused, failed } = Array.isArray(answer?.refused) ? answer : { refused: [] };
    for (const { index, reasons } of refused) give([items[index]], reasons.join("; "));
    if (status >= 200 && status < 300) return [];
    if (status && status !== 429 && status < 500) {
      if (!refused.length) give(items, `status ${status}`);
      return [];
    }
    const left = (failed?.map((index) => items[index]) ?? items).map((item) => ({
      ...item,
      tried: item.tried + 1,
    }));
    const isOver = ({ tried }) => tried >= tries;
    give(left.filter(isOver), "no answer");
    return left.filter((item) => !isOver(item));
  }

  // The last moment that browsers promise: a page that is hidden may never be seen again.
  globalThis.document?.addEventListener("visibilitychange", () => {
    if (document.visibilityState !== "hidden") return;
    for (let items = take(); items.length; items = take()) {
      send(items).then((again) => {
        queue.unshift(...again);
        if (again.length) plan(wait);
      });
    }
  });

  return { track, flush };
}
