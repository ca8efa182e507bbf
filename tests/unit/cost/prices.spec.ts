import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { costOf, KRW_PER_USD, priceOf, PRICES } from "../../../components/cost";
import { ROOT } from "../../../local/paths";

const DAY = /^20\d\d-\d\d-\d\d$/;

describe("prices", () => {
  for (const { id, ...price } of PRICES) {
    it(`${id} has a number, a source, a day, and who saw it`, () => {
      expect(price.usd).to.be.greaterThan(0);
      expect(price.per).to.be.at.least(1);
      expect(price.source).to.match(/^https:\/\//);
      expect(price.seen).to.match(DAY);
      expect(price.confirmed ? price.seenIn : price.takenFrom, "seenIn or takenFrom").to.be.a("string").and
        .not.empty;
      expect(price.confirmed ? price.takenFrom : price.seenIn, "the other one").to.equal(undefined);
    });
  }

  it("stand in the file once each", () => {
    expect(new Set(PRICES.map(({ id }) => id)).size).to.equal(PRICES.length);
  });

  it("are reckoned with, each of them", () => {
    const rules = readdirSync(join(ROOT, "components/cost"), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.name.endsWith(".ts"))
      .map((entry) => readFileSync(join(entry.parentPath, entry.name), "utf8"))
      .join("");
    // Those of RDS are named by engine and class.
    const unused = PRICES.map(({ id }) => id).filter(
      (id) => !rules.includes(`"${id}"`) && !/^rds-postgresql-/.test(id),
    );
    expect(unused).to.deep.equal([]);
  });

  it("are for a number of units", () => {
    expect(costOf("kms-requests", 20_000)).to.equal(0.06);
    expect(() => priceOf("unicorn-hour")).to.throw('has no price "unicorn-hour"');
  });

  it("have a dated rate of won", () => {
    expect(KRW_PER_USD.rate).to.be.within(500, 3000);
    expect(KRW_PER_USD.date).to.match(DAY);
  });
});
