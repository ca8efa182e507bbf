import { expect } from "chai";
import { disagreements } from "../../../cli/up/accounting";
import { formatRows } from "../../../cli/up/format-rows";
import type { Run, Step } from "../../../cli/up/run";
import { runSteps, screenFor, type Screen } from "../../../cli/up/run-steps";
import { expectedMinutes, sampleSize } from "../../../cli/up/sample-size";
import { SocketWatch } from "../../../local/proof/sockets";

describe("rows as text", () => {
  it("stand in columns, Hangul two columns wide", () => {
    expect(
      formatRows(
        ["name", "n"],
        [
          ["데이터", "1"],
          ["art", "22"],
        ],
      ),
    ).to.deep.equal(["name    n", "데이터  1", "art     22"]);
  });

  it("show a null, and cut what is too wide", () => {
    const [, row] = formatRows(["a", "b"], [[null, "x".repeat(50)]]);
    expect(row).to.equal(`–  ${"x".repeat(35)}…`);
  });
});

describe("size of the sample", () => {
  it("is the generator's own unless it is told", () => {
    expect(sampleSize({})).to.deep.equal({});
    expect(sampleSize({ people: "100000" })).to.deep.equal({ students: 100_000 });
    expect(sampleSize({ people: "500", events: "3000" })).to.deep.equal({ students: 500, events: 3000 });
  });

  it("is refused beyond its limits, every option at once, with what to write", () => {
    expect(() => sampleSize({ people: "1e5", events: "99" })).to.throw(
      RangeError,
      '--people is "1e5"; write a whole number from 30 to 200000\n--events is "99"; write a whole number from 100 to 1000000',
    );
    for (const people of ["9", "200001", "-20", "20.5", ""]) {
      expect(() => sampleSize({ people }), people).to.throw(RangeError);
    }
  });

  it("says how long the run takes", () => {
    expect(expectedMinutes({})).to.equal(1);
    expect(expectedMinutes({ students: 100_000 })).to.be.within(5, 15);
    expect(expectedMinutes({ students: 100_000, events: 1_000_000 })).to.be.greaterThan(
      expectedMinutes({ students: 100_000 }),
    );
  });
});

describe("a screen that is a file or a pipe", () => {
  const { now } = Date;
  afterEach(() => {
    Date.now = now;
  });

  it("tells how far a long step is, twice a minute and no oftener", () => {
    const written: string[] = [];
    const screen = screenFor({ write: (text: string) => written.push(text) } as never, false);
    let seconds = 0;
    Date.now = () => seconds * 1000;
    screen.begin("[ 2/16] Engine");
    for (seconds = 1; seconds <= 65; seconds++) screen.progress(`${seconds} s of 360`);
    screen.end("✔", 65, ["built"]);
    expect(written).to.deep.equal([
      "… [ 2/16] Engine: 30 s of 360\n",
      "… [ 2/16] Engine: 60 s of 360\n",
      "✔ [ 2/16] Engine  65.0 s\n",
      "          built\n",
    ]);
  });
});

describe("sums", () => {
  it("that agree say nothing, others say both sides", () => {
    const sums = [
      { name: "sent = accepted", left: 3, right: 3 },
      { name: "landed = curated", left: 5, right: 4 },
    ];
    expect(disagreements(sums)).to.deep.equal(["landed = curated: 5 is not 4"]);
  });
});

describe("steps", () => {
  /** Writes down what a person would see. */
  class Transcript implements Screen {
    readonly lines: string[] = [];
    begin = (label: string) => void this.lines.push(label);
    progress = (text: string) => void this.lines.push(`  ${text}`);
    end = (mark: string, _seconds: number, notes: readonly string[]) => void this.lines.push(mark, ...notes);
  }

  const sockets = new SocketWatch();
  after(() => void sockets.end());

  const newRun = (): Run => ({
    options: {},
    sockets,
    report: { version: 1, startedAt: "2026-01-01T00:00:00Z", status: "running", steps: [] },
  });
  const good: Step = {
    title: "Good",
    run: async (_run, { say, note }) => {
      say("half");
      note("one\ntwo");
    },
  };
  const bad: Step = {
    title: "Bad",
    run: async () => {
      throw new Error("it broke");
    },
  };

  it("run in order, each with its notes and its time in the report", async () => {
    const [run, screen] = [newRun(), new Transcript()];
    await runSteps([good, good], run, screen);
    expect(screen.lines.slice(0, 5)).to.deep.equal(["[ 1/2] Good", "  half", "✔", "one", "two"]);
    expect(run.report.steps.map(({ title }) => title)).to.deep.equal(["Good", "Good"]);
    for (const { seconds } of run.report.steps) expect(seconds).to.be.within(0, 5);
  });

  it("end with the first that fails, which is in the report too", async () => {
    const [run, screen] = [newRun(), new Transcript()];
    const error = await runSteps([good, bad, good], run, screen).catch((reason: Error) => reason);
    expect((error as Error).message).to.equal("it broke");
    expect(screen.lines.at(-1)).to.equal("✖");
    expect(run.report.steps.map(({ title }) => title)).to.deep.equal(["Good", "Bad"]);
  });
});
