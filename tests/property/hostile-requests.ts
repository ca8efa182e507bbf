/** Seeded requests to the collector, from right to absurd, that carry a mark in everything which nobody may see again. */
import { gzipSync } from "node:zlib";
import type { Random } from "../../samples/random";

/** Stands in the values, keys and headers that a mutation adds; no answer and no log may hold it. */
export const MARK = "zq7mark";

export interface HostileRequest {
  /** What was done to it, for the failure's message. */
  readonly mutations: readonly string[];
  readonly path: readonly [domain: string, name: string];
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

interface Draft {
  path: [string, string];
  headers: Record<string, string>;
  /** Changed before it is written as JSON. */
  events: unknown;
  /** Changes to the text, in order. */
  readonly text: ((text: string) => string)[];
  /** Changes to the bytes, in order. */
  readonly bytes: ((bytes: Buffer) => Buffer)[];
}

type Mutation = (draft: Draft, random: Random) => void;

/** Values that parsers, validators and writers trip over. */
const ODD_VALUES: readonly unknown[] = [
  ...[null, true, 0, -0, 1e308, 5e-324, 2 ** 53, -(2 ** 63), 3_600_001, ""],
  ...[[], {}, [MARK], { [MARK]: MARK }, { __proto__: null }, `${MARK}\u0000`, "\ud800", "\u202e" + MARK],
  ...[MARK.repeat(5000), `${MARK}'; drop table events; --`, `\${jndi:ldap://${MARK}}`, `%00${MARK}`],
  ...["9999-12-31T23:59:60Z", "2026-02-30T00:00:00Z", "-000001-01-01T00:00:00Z", "2026-11-21T00:00:00+99:99"],
  ...[`${MARK}@example.com`, "010-1234-5678", "=1+1", "{{constructor}}", "e\u0301", "\ufeff", " \t\n"],
];

const ODD_KEYS = [
  "__proto__",
  "constructor",
  "prototype",
  "toString",
  "hasOwnProperty",
  "",
  MARK,
  "id ",
  "ID",
];

const MUTATIONS: Readonly<Record<string, Mutation>> = {
  "odd value": (draft, random) =>
    eachEvent(draft, (event) => {
      if (Object.keys(event).length > 0) set(event, random.pick(Object.keys(event)), random.pick(ODD_VALUES));
    }),
  "odd key": (draft, random) =>
    eachEvent(draft, (event) => set(event, random.pick(ODD_KEYS), random.pick(ODD_VALUES))),
  "key left out": (draft, random) =>
    eachEvent(draft, (event) => {
      if (Object.keys(event).length > 0) delete event[random.pick(Object.keys(event))];
    }),
  "events that are none": (draft, random) => {
    draft.events = random.pick([MARK, 7, null, [[]], [null], [MARK, {}], [], {}, [[[]]], true]);
  },
  "many events": (draft, random) => {
    const { events } = draft;
    draft.events = Array.from({ length: random.integer(2, 30) }, () => structuredClone(events)).flat();
  },
  "too many events": (draft, random) => {
    if (random.chance(0.05))
      draft.events = Array.from({ length: random.integer(495, 520) }, () => ({ a: 1 }));
  },
  "deep nesting": (draft, random) => {
    const depth = random.integer(2, random.chance(0.02) ? 100_000 : 2000);
    const [open, close] = random.pick([
      ["[", "]"],
      [`{"${MARK}":`, "}"],
      ['{"id":', "}"],
    ]);
    draft.text.push(() => open!.repeat(depth) + "1" + close!.repeat(random.chance(0.8) ? depth : depth - 1));
  },
  "huge number": (draft, random) => {
    const number = random.pick([
      "1e400",
      "-1e400",
      "9".repeat(400),
      "0." + "0".repeat(400) + "1",
      "1E+2",
      "1e-999",
    ]);
    draft.text.push((text) => text.replace(/:\d+(?=[,}])/, `:${number}`));
  },
  "key twice": (draft, random) => {
    const key = random.pick(["id", "page", "__proto__", "\\u0069d", MARK]);
    draft.text.push((text) => text.replace(/^(\[?\{)/, `$1"${key}":"${MARK}",`));
  },
  "proto in text": (draft) => {
    draft.text.push((text) => text.replace(/\}(\]?)$/, `,"__proto__":{"polluted":"${MARK}"}}$1`));
  },
  "broken text": (draft, random) => {
    draft.text.push((text) => {
      const at = random.integer(0, Math.max(0, text.length - 1));
      return random.pick([text.slice(0, at), text.slice(at), text.slice(0, at) + MARK + text.slice(at)]);
    });
  },
  "text before or behind": (draft, random) => {
    const extra = random.pick(["\ufeff", "\u0000", " \n", "//", ")]}'", `"${MARK}"`, ",", "NaN", "\u2028"]);
    draft.text.push((text) => (random.chance(0.5) ? extra + text : text + extra));
  },
  "flipped bytes": (draft, random) => {
    draft.bytes.push((bytes) => {
      const changed = Buffer.from(bytes);
      for (let time = random.integer(1, 5); time > 0 && changed.length > 0; time--) {
        changed[random.integer(0, changed.length - 1)] = random.integer(0, 255);
      }
      return changed;
    });
  },
  "another encoding": (draft, random) => {
    draft.bytes.push((bytes) =>
      random.pick([
        () => Buffer.from(bytes.toString("utf8"), "utf16le"),
        () => Buffer.from(bytes.toString("utf8"), "latin1"),
        () => Buffer.from(bytes.toString("base64")),
        () => gzipSync(bytes, { level: 1 }),
        () => Buffer.concat([bytes, Buffer.from([0xc0, 0xaf])]),
        () => Buffer.alloc(0),
      ])(),
    );
  },
  "another type": (draft, random) => {
    draft.headers["content-type"] = random.pick([
      ...["text/plain", `application/${MARK}`, "", "application/json;", "APPLICATION/JSON ; charset=euc-kr"],
      ...["application/json, application/json", "multipart/form-data; boundary=" + MARK, ";"],
    ]);
  },
  "odd header": (draft, random) => {
    const name = random.pick([
      "content-encoding",
      "origin",
      "x-signature",
      "x-forwarded-for",
      "__proto__",
      MARK,
    ]);
    draft.headers[name] = random.pick([
      MARK,
      "gzip",
      "identity",
      "null",
      "*",
      `https://${MARK}.kr`,
      MARK.repeat(200),
    ]);
  },
  "another path": (draft, random) => {
    const odd = ["", MARK, "..", "__proto__", "lms.requests", "constructor", "%2e%2e", "*", "requests "];
    draft.path[random.integer(0, 1) as 0 | 1] = random.pick(odd);
  },
};

export const MUTATION_NAMES: readonly string[] = Object.keys(MUTATIONS);

/** A request with none to four mutations. */
export function hostileRequest(random: Random, event: Readonly<Record<string, unknown>>): HostileRequest {
  const draft: Draft = {
    path: ["lms", "requests"],
    headers: { "content-type": "application/json" },
    events: random.chance(0.5) ? { ...event } : [{ ...event }],
    text: [],
    bytes: [],
  };
  const mutations = Array.from({ length: random.integer(0, 4) }, () => random.pick(MUTATION_NAMES));
  for (const name of mutations) MUTATIONS[name]!(draft, random);
  const text = draft.text.reduce((changed, change) => change(changed), JSON.stringify(draft.events));
  const body = draft.bytes.reduce<Buffer>((changed, change) => change(changed), Buffer.from(text, "utf8"));
  return { mutations, path: draft.path, headers: draft.headers, body };
}

function eachEvent({ events }: Draft, change: (event: Record<string, unknown>) => void): void {
  for (const event of [events].flat()) {
    if (typeof event === "object" && event !== null && !Array.isArray(event))
      change(event as Record<string, unknown>);
  }
}

/** A key of the event's own, even where it is called `__proto__`. */
function set(event: object, key: string, value: unknown): void {
  Object.defineProperty(event, key, { value, enumerable: true, configurable: true, writable: true });
}
