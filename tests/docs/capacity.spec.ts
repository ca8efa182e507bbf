import { expect } from "chai";
import { capacity } from "../../cli/capacity";
import { checkCapacity, limitsOf, type CapacitySettings } from "../../components/capacity";
import { kafkaLimits } from "../../components/capacity/kafka-limits";
import { QUOTAS } from "../../components/capacity/quotas";
import { loadContracts } from "../../components/contract";
import type { KafkaDefinition } from "../../components/kafka";
import { parseSettings } from "../../components/settings";
import { ROOT } from "../../local/paths";
import { blocks, page, sections, tableRows } from "./pages";

const PAGE = page("docs/capacity.md");

/** Commands of the page, as the words after `capacity`. */
const commands = blocks(PAGE, "sh")
  .flatMap((block) => block.trim().split("\n"))
  .map((line) => line.replace("npm run naru -- capacity ", "").split(" "));

async function run([stack, ...words]: readonly string[]): Promise<{ code: number; said: string }> {
  const value = (option: string) => (words.includes(option) ? words[words.indexOf(option) + 1] : undefined);
  const said: string[] = [];
  const code = await capacity({
    stack: stack!,
    eventsPerSecond: value("--events-per-second"),
    eventsPerRequest: value("--events-per-request"),
    json: words.includes("--json"),
    output: { out: (text) => said.push(text), err: (text) => said.push(text) },
  });
  return { code, said: said.join("\n") };
}

describe("docs/capacity.md", () => {
  for (const words of commands) {
    it(`shows a command that runs: capacity ${words.join(" ")}`, async () => {
      const { code, said } = await run(words);
      expect(code).to.equal(words.includes("20000") ? 1 : 0);
      if (words.includes("--json")) expect(JSON.parse(said)).to.include({ stack: words[0] });
      else expect(said).to.match(/^(HOLDS|BREAKS) at /m);
    });
  }

  it("shows the answer as it is", async () => {
    const { code, said } = await run(["dev", "--events-per-second", "5000"]);
    expect(code).to.equal(1);
    expect(blocks(PAGE, "text")[0]).to.equal(`${said}\n`);
  });

  it("shows the refusal of a plan as it is", () => {
    const settings: CapacitySettings = parseSettings({
      ...{ "naru:stage": "dev", "naru:owner": "a@example.com", "naru:streamCapacity": "1" },
    });
    const contracts = loadContracts([`${ROOT}/contracts`]).map((dataSet) =>
      dataSet.ingestion === "stream" ? { ...dataSet, eventsPerSecond: 5000, eventBytes: 80 } : dataSet,
    );
    expect(() => checkCapacity(contracts, settings)).to.throw(blocks(PAGE, "text")[1]!.trim());
  });

  it("names each quota with what to ask for, its source, and what of it is not confirmed", () => {
    const rows = tableRows(sections(PAGE, "##").get("Quotas")!).map((cells) => cells.slice(1));
    expect(rows).to.have.deep.members(
      Object.values(QUOTAS).map(({ name, source, unconfirmed }) => [
        ...[name ?? "nothing", `[page](${source})`, unconfirmed ?? ""],
      ]),
    );
  });

  it("has a row for each limit", () => {
    const streams = [{ id: "a.b", eventsPerSecond: 1, eventBytes: 1, consumed: true, destinations: 1 }];
    const names = (["on-demand", 1] as const).flatMap((streamCapacity) =>
      limitsOf({
        streams,
        settings: { streamCapacity, apiRequestsPerSecond: 1, database: { engine: "mysql" } },
        region: "ap-northeast-2",
      }).map(({ name }) => name),
    );
    const topic = { partitions: 1, replication: 3, retentionHours: 1, groups: 0, delivered: true };
    const clusters: KafkaDefinition[] = [
      { cluster: "serverless" },
      { cluster: "provisioned" },
      { cluster: "provisioned", instance: "express.m7g.large" },
    ];
    for (const kafka of clusters) {
      const of = streams.map((stream) => ({ ...stream, topic }));
      names.push(...kafkaLimits(of, kafka, 3).map(({ name }) => name));
    }
    const services = tableRows(sections(PAGE, "##").get("The limits")!).map(([limit]) => limit!);
    // Two of Kinesis's, and four of MSK's, share a row with another.
    expect(new Set(names)).to.have.property("size", services.length + 6);
    for (const name of names) {
      const service = name.slice(0, name.indexOf(":"));
      expect(
        services.some((row) => row.startsWith(`${service}:`)),
        name,
      ).to.equal(true);
    }
  });
});
