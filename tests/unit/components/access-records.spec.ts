import { expect } from "chai";
import { accessRecordDays, holdsUniqueIdentifiers } from "../../../components/access-records";
import { DataLake, EncryptionKeys } from "../../../components/aws";
import { LOG_RETENTION_DAYS } from "../../../components/limits";
import { contextWith, CONTRACTS, mocked, TWO_CONTRACTS } from "./mocks";

describe("records of access", () => {
  it("are kept for two years where a contract has resident numbers, though they are dropped", () => {
    const students = CONTRACTS.filter(({ id }) => id === "sis.students");
    expect(holdsUniqueIdentifiers(students)).to.equal(true);
    expect(accessRecordDays(students)).to.equal(731);
  });

  it("are kept for a year elsewhere", () => {
    expect(accessRecordDays(TWO_CONTRACTS)).to.equal(365);
    expect(accessRecordDays([])).to.equal(365);
  });

  it("are kept for days that CloudWatch knows", () => {
    expect(LOG_RETENTION_DAYS).to.include.members([accessRecordDays(CONTRACTS), accessRecordDays([])]);
  });

  for (const [contracts, tag] of [
    [CONTRACTS, "resident-number"],
    [TWO_CONTRACTS, undefined],
  ] as const) {
    it(`landing's tag says ${tag ?? "nothing"}`, async () => {
      const stack = await mocked(() => {
        const context = contextWith();
        new DataLake("lake", context, {
          contracts,
          keys: new EncryptionKeys("keys", context, { contracts }),
        });
      });
      const tags = stack
        .of("aws:s3/bucket:Bucket")
        .map(({ name, inputs }) => [name, inputs.tags["naru:unique-identifiers"]] as const);
      expect(tags.filter(([, value]) => value !== undefined)).to.deep.equal(
        tag === undefined ? [] : [["lake-landing", tag]],
      );
    });
  }
});
