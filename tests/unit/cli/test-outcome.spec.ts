import { expect } from "chai";
import { count, failures } from "../../../cli/test/outcome";

const MOCHA = `
  a suite
    ✔ one
    1) two

  1 passing (12ms)
  2 pending
  1 failing

  1) a suite
       two:
     AssertionError: expected 1 to equal 2
`;
const PYTEST = `....F.
=================================== FAILURES ===================================
long story
=========================== short test summary info ============================
FAILED test_a.py::test_b - assert 1 == 2
1 failed, 5 passed, 3 skipped, 1 error in 0.10s
`;

describe("the outcome of a suite", () => {
  it("is counted as each runner says it", () => {
    expect(count(MOCHA)).to.deep.equal({ passed: 1, failed: 1, skipped: 2 });
    expect(count(PYTEST)).to.deep.equal({ passed: 5, failed: 2, skipped: 3 });
    expect(count("\u001b[92m  3 passing\u001b[0m\n")).to.deep.equal({ passed: 3, failed: 0, skipped: 0 });
  });

  it("is not what a test prints in words of its own", () => {
    expect(count("    ✔ says that 3 failed and 4 passed\n  2 passing (1s)\n")).to.deep.equal({
      ...{ passed: 2, failed: 0, skipped: 0 },
    });
  });

  it("tells what failed: mocha's list, pytest's summary", () => {
    expect(failures(MOCHA))
      .to.match(/^ {2}1 failing/)
      .and.to.contain("expected 1 to equal 2");
    expect(failures(PYTEST)).to.contain("FAILED test_a.py::test_b").and.to.not.contain("long story");
  });

  it("tells the end of a runner that died, and not all of one that failed everywhere", () => {
    const lines = (count: number) => Array.from({ length: count }, (_, at) => `line ${at}`).join("\n");
    expect(failures(lines(100)).split("\n"))
      .to.have.length(30)
      .and.to.include("line 99");
    expect(failures(`  9 failing\n${lines(400)}`)).to.match(/… 251 more lines above$/);
  });
});
