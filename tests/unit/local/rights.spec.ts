import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { readRights, refusals, withRefusals, type RightAsked } from "../../../local/rights";

const asked = (given: Partial<RightAsked>): RightAsked => ({
  time: 1000,
  role: "naru-local-loader",
  action: "s3:PutObject",
  resource: "arn:aws:s3:::landing/sis/*",
  granted: null,
  ...given,
});

describe("the record of rights", () => {
  let folder: string;
  let file: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "naru-rights-"));
    file = join(folder, "rights.jsonl");
  });

  afterEach(() => rmSync(folder, { recursive: true }));

  it("is empty where no cloud was up", () => {
    expect(readRights(file)).to.deep.equal([]);
  });

  it("is read up to its last whole line, as a service may be writing the next", () => {
    const first = asked({});
    writeFileSync(file, `${JSON.stringify(first)}\n{"time":2000,"ro`);
    expect(readRights(file)).to.deep.equal([first]);
  });

  it("tells a refusal once, however often it was tried, and none of before", () => {
    const rights = [
      asked({ time: 500, action: "s3:GetObject" }),
      asked({ time: 1500 }),
      asked({ time: 2500 }),
      asked({ time: 2600, action: "s3:ListBucket", granted: "arn:aws:s3:::landing" }),
    ];
    expect(refusals(1000, rights)).to.deep.equal([
      "role naru-local-loader lacks s3:PutObject on arn:aws:s3:::landing/sis/*",
    ]);
  });

  it("adds to a failure what was refused, and leaves one without refusals as it is", () => {
    expect(withRefusals("Athena: FAILED", 0, [asked({})])).to.equal(
      "Athena: FAILED\n    Refused meanwhile:\n    role naru-local-loader lacks s3:PutObject on arn:aws:s3:::landing/sis/*",
    );
    expect(withRefusals("Athena: FAILED", 2000, [asked({})])).to.equal("Athena: FAILED");
  });
});
