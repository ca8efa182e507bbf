/**
 * `npm run proof:lives -- [lives] [seed]`: programs drawn at random, changed, refused, killed, changed by hand, imported and
 * destroyed in Pulumi's engine on the local cloud. Fails with the smallest life that it found to break, and writes it
 * down: `npm run proof:lives -- --replay FILE` lives that one again.
 */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { findEngine } from "../engine/binary";
import { startLocalCloud } from "../local-cloud";
import { PATHS } from "../paths";
import { claimRun, releaseRun } from "../running";
import { drawLife, type Step } from "./lives/draw";
import { Broken, Life, NOTHING, type Tally } from "./lives/life";
import { Proxy } from "./lives/proxy";
import { smallest } from "./lives/smallest";

const SIZE = { resources: 8, steps: 6 };
const REGION = "ap-northeast-2";

async function main([first = "20", second]: readonly string[]): Promise<number> {
  mkdirSync(PATHS.own, { recursive: true });
  const lives = livesOf(first, second);
  const { version } = await findEngine({ say: console.log });
  await claimRun();
  const tally: Tally = { ...NOTHING };
  let broken = 0;
  const started = performance.now();
  for (const { name, steps } of lives) {
    const found = await live(steps, tally);
    const seconds = ((performance.now() - started) / 1000).toFixed(0);
    if (found === undefined) {
      console.log(`${seconds.padStart(6)} s  ${name}: ${steps.length} deployments, all holds`);
      continue;
    }
    broken += 1;
    tell(name, steps, found);
    if (first !== "--replay") await makeSmaller(name, steps, found);
  }
  console.log(`Pulumi ${version}: ${lives.length} lives, ${broken} broken. ${JSON.stringify(tally)}`);
  releaseRun();
  return broken === 0 ? 0 : 1;
}

function livesOf(first: string, second: string | undefined): { name: string; steps: readonly Step[] }[] {
  if (first === "--replay" && second !== undefined) {
    return [{ name: second, steps: JSON.parse(readFileSync(second, "utf8")) as Step[] }];
  }
  const [count, seed] = [Number(first), Number(second ?? 1)];
  if (!Number.isInteger(count) || count < 1 || !Number.isInteger(seed)) {
    throw new Error(
      "takes a number of lives and the seed of the first (npm run proof:lives -- 20 1), or --replay FILE",
    );
  }
  return seeds(count, seed).map((each) => ({ name: `seed ${each}`, steps: drawLife(each, SIZE) }));
}

/** A cloud of its own for a few lives: what a broken one left would break the next. */
let standing: { readonly proxy: Proxy; stop(): Promise<void> } | undefined;

async function live(steps: readonly Step[], tally: Tally): Promise<Broken | undefined> {
  standing ??= await start();
  try {
    await Life.live(steps, standing.proxy, tally);
    return undefined;
  } catch (error) {
    await standing.stop();
    standing = undefined;
    if (error instanceof Broken) return error;
    throw error;
  }
}

async function start() {
  const cloud = await startLocalCloud(REGION);
  const proxy = await Proxy.before(cloud.endpoints);
  return {
    proxy,
    stop: async () => {
      proxy.close();
      await cloud.stop();
    },
  };
}

async function makeSmaller(name: string, steps: readonly Step[], found: Broken): Promise<void> {
  const least = await smallest(steps, found, (fewer) => live(fewer, { ...NOTHING }));
  const file = join(PATHS.own, `life-${name.replace(/\W+/g, "-")}.json`);
  writeFileSync(file, `${JSON.stringify(least, null, 2)}\n`);
  console.log(`Smaller, with ${least.length} deployments: npm run proof:lives -- --replay ${file}`);
  least.forEach(({ what, meets }) =>
    console.log(`    ${what}${meets === undefined ? "" : `, ${meets.fault} after ${meets.left}`}`),
  );
}

function tell(name: string, steps: readonly Step[], { step, problems }: Broken): void {
  console.log(
    `${name} breaks at deployment ${step + 1} of ${steps.length}: ${steps[step]?.what ?? "the end"}`,
  );
  const meets = steps[step]?.meets;
  if (meets !== undefined) console.log(`    meets ${meets.fault} after ${meets.left}`);
  problems.forEach((problem) => console.log(`    ${problem}`));
}

function seeds(count: number, first: number): number[] {
  return Array.from({ length: count }, (_, at) => first + at);
}

main(process.argv.slice(2))
  .then((code) => (process.exitCode = code))
  .catch((error: Error) => {
    console.error(`proof:lives: ${error.stack}`);
    process.exitCode = 1;
  })
  .finally(() => standing?.stop());
