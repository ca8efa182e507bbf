import { expect } from "chai";
import { CONSUMER_DEFAULTS, PRODUCER_DEFAULTS } from "../../clients/kafka";
import { KAFKA_VERSION } from "../../local/kafka";
import { page, sections, tableRows } from "./pages";

describe("docs/kafka.md", () => {
  const parts = sections(page("docs/kafka.md"), "###");

  for (const [title, defaults] of [
    ["What a producer says", PRODUCER_DEFAULTS],
    ["What a consumer says", CONSUMER_DEFAULTS],
  ] as const) {
    it(`has the defaults of the code: ${title}`, () => {
      const said = new Map(tableRows(parts.get(title) ?? "").map(([setting, value]) => [setting, value]));
      const wrong = Object.entries(defaults).filter(
        ([setting, value]) => said.get(setting) !== String(value),
      );
      expect(wrong).to.deep.equal([]);
    });
  }

  it("names the version that the broker has", () => {
    expect(parts.get("A broker alone")).to.contain(`Apache Kafka ${KAFKA_VERSION}`);
  });
});
