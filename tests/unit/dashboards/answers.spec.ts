import { expect } from "chai";

import { ChartAnswers, loadDashboards, type QueryResult } from "../../../dashboards";
import { eachChart } from "../../../dashboards/answers";
import { DATABASES } from "./canned";

const RESULT: QueryResult = { columns: [{ name: "value", type: "bigint" }], rows: [["1"]] };
const dashboards = loadDashboards();

describe("answers of charts", () => {
  it("asks once for readers that come together, and again only when the answer is too old", async () => {
    let asked = 0;
    const answers = new ChartAnswers(dashboards, DATABASES, async () => {
      asked += 1;
      return RESULT;
    });
    await Promise.all([1, 2, 3].map(() => answers.answer("learning", "users", 60_000)));
    await answers.answer("learning", "users", 60_000);
    expect(asked).to.equal(1);
    await new Promise((resolve) => setTimeout(resolve, 5));
    await answers.answer("learning", "users", 1);
    expect(asked).to.equal(2);
  });

  it("runs at most three queries at once and answers every chart", async () => {
    let running = 0;
    let most = 0;
    const answers = new ChartAnswers(dashboards, DATABASES, async () => {
      most = Math.max(most, (running += 1));
      await new Promise((resolve) => setTimeout(resolve, 1));
      running -= 1;
      return RESULT;
    });
    const all = await Promise.all(
      eachChart(dashboards).map(({ dashboard, chart }) => answers.answer(dashboard.id, chart.id, 0)),
    );
    expect(most).to.equal(3);
    expect(all.every((answer) => answer !== undefined && "rows" in answer)).to.equal(true);
  });

  it("tells the engine's reason, cut short, and asks again next time", async () => {
    let broken = true;
    const answers = new ChartAnswers(dashboards, DATABASES, async () => {
      if (broken) throw new Error(`not authorized ${"x".repeat(1_000)}`);
      return RESULT;
    });
    const failed = await answers.answer("events", "events", 0);
    expect(failed)
      .to.have.property("error")
      .that.matches(/^not authorized x+$/)
      .and.has.length(300);
    broken = false;
    await new Promise((resolve) => setTimeout(resolve, 2));
    expect(await answers.answer("events", "events", 0)).to.have.property("rows");
  });

  it("knows no other charts", async () => {
    const answers = new ChartAnswers(dashboards, DATABASES, async () => RESULT);
    expect(await answers.answer("events", "nothing", 0)).to.equal(undefined);
  });
});
