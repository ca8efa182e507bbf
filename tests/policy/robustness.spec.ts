/**
 * Every rule over every input of every guarded type, replaced by what a program or a preview may hold there: through the
 * SDK's own unpacking and its `unknownCheckingProxy`.
 */
import { expect } from "chai";
import type { RecordedResource } from "../../local/recorder/recorded-resource";
import { evaluate } from "../../policies/model/pack";
import type { Finding, Rule } from "../../policies/model/rule";
import { RULES } from "../../policies/rules";
import { goodPlan, secret, UNKNOWN } from "./plan";
import { ABSENT, changed, outcomeOf, ruleNamed, stackOf, valueAt } from "../unit/policies/evaluation";

type Path = readonly (string | number)[];

const CANARY = "canary-9d2f-4c1e";

const REPLACEMENTS: readonly unknown[] = [
  UNKNOWN,
  ABSENT,
  null,
  42,
  true,
  "",
  "[",
  CANARY,
  [],
  {},
  [UNKNOWN],
  [null],
  [CANARY],
  { Statement: UNKNOWN },
  { Statement: [{ Effect: "Allow", Principal: CANARY, Action: CANARY, Resource: CANARY }] },
  secret(CANARY),
  secret({ nested: [CANARY] }),
];

/** So many of them at each place: each stands at dozens of places, and at others with another seed (NARU_SEED). */
const AT_EACH_PLACE = 1;
const SEED = Number(process.env.NARU_SEED ?? 20261121);

/** Numbers from 0 to 1 that are the same for the same seed (mulberry32). */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Every path of a value, containers included. */
function paths(value: unknown, path: Path = []): Path[] {
  if (typeof value !== "object" || value === null) return [path];
  const keys = Array.isArray(value) ? value.map((_, index) => index) : Object.keys(value);
  const below = keys.flatMap((key) =>
    paths((value as Record<string | number, unknown>)[key], [...path, key]),
  );
  return path.length === 0 ? below : [path, ...below];
}

interface Place {
  readonly resource: RecordedResource;
  readonly path: Path;
  /** For messages of these tests. */
  readonly name: string;
}

const PLACES: readonly Place[] = goodPlan().flatMap((resource) =>
  paths(resource.inputs).map((path) => ({ resource, path, name: `${resource.name}.${path.join(".")}` })),
);

/** What rules say once a value stands at a place: resource rules of that resource alone, stack rules of all. */
function findingsAt(place: Place, plan: readonly RecordedResource[], rules = RULES): Map<Rule, Finding[]> {
  const stack = stackOf(plan);
  const resource = stack.resources.find(({ urn }) => urn === place.resource.urn)!;
  return new Map(rules.map((rule) => [rule, evaluate(rule, rule.scope === "stack" ? stack : resource)]));
}

describe("every rule", function () {
  // Some thousand plans by all rules: seconds, unless the machine is busy with other things.
  this.timeout(180_000);
  const good = goodPlan();

  it(`has an answer to any value at any place, never fails, and never tells a value (seed ${SEED})`, () => {
    const next = random(SEED);
    for (const place of PLACES) {
      for (let tried = 0; tried < AT_EACH_PLACE; tried++) {
        const replacement = REPLACEMENTS[Math.floor(next() * REPLACEMENTS.length)];
        const plan = changed(good, place.resource.name, place.path, replacement);
        for (const [rule, findings] of findingsAt(place, plan)) {
          for (const { problem, fix } of findings) {
            const where = `${rule.name} at ${place.name}: ${JSON.stringify(replacement)}`;
            expect(problem, where).to.not.contain("itself failed");
            expect(`${problem} ${fix}`, where).to.not.contain(CANARY);
          }
        }
      }
    }
  });

  it("says of a secret what it says of the same value in clear", () => {
    for (const place of PLACES) {
      const value = valueAt(good, place.resource.name, place.path);
      if (value === UNKNOWN) continue;
      const plan = changed(good, place.resource.name, place.path, secret(value));
      for (const [rule, findings] of findingsAt(place, plan)) {
        expect(findings, `${rule.name} at ${place.name}`).to.deep.equal([]);
      }
    }
  });

  it("takes no unknown value for right where another value would be wrong", () => {
    const passed: string[] = [];
    for (const place of PLACES) {
      const { name } = place.resource;
      const bad = findingsAt(
        place,
        changed(good, name, place.path, otherThan(valueAt(good, name, place.path))),
      );
      const breakable = [...bad].filter(([, findings]) => outcomeOf(findings) === "violation");
      if (breakable.length === 0) continue;
      const rules = breakable.map(([rule]) => rule);
      const plan = fromNowhere(changed(good, name, place.path, UNKNOWN), place);
      for (const [rule, findings] of findingsAt(place, plan, rules)) {
        if (findings.length > 0) continue;
        const { at, by } = DECIDED_ELSEWHERE[rule.name] ?? {};
        const isSaid = by === undefined || findingsAt(place, plan, [by]).get(by)!.length > 0;
        if (at?.test(place.path.join(".")) !== true || !isSaid) passed.push(`${rule.name} at ${place.name}`);
      }
    }
    expect(passed).to.deep.equal([]);
  });
});

/** Where another rule has the word on an unknown value. `by`: the one that has it at the same place. */
const DECIDED_ELSEWHERE: Readonly<Record<string, { readonly at: RegExp; readonly by?: Rule }>> = {
  // An ARN that is not known yet is of a resource that this stack makes, and `resource-region` asks for its region.
  "replica-region": { at: /destinationVaultArn$/ },
  "declared-class": { at: /^tags\.naru:data-class$/, by: ruleNamed("data-class-tags") },
};

/** A value of the same kind that is as good as never right. */
function otherThan(value: unknown): unknown {
  if (typeof value === "boolean") return !value;
  if (typeof value === "number") return 0;
  if (typeof value === "string") return "other";
  return Array.isArray(value) ? [] : {};
}

/** The plan with nothing that tells where the top-level property of a place comes from. */
function fromNowhere(plan: readonly RecordedResource[], { resource, path }: Place): RecordedResource[] {
  return plan.map((each) => {
    if (each.urn !== resource.urn) return each;
    const { [String(path[0])]: _sources, ...others } = each.propertyDependencies;
    return { ...each, propertyDependencies: others };
  });
}
