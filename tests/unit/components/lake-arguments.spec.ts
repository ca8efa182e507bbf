import { expect } from "chai";
import { DataLake, EncryptionKeys, type DataLakeArgs } from "../../../components/aws";
import type { FolderLifecycle } from "../../../components/aws/data-lake/lifecycle";
import { ZoneBucket, type ZoneBucketArgs } from "../../../components/aws/data-lake/zone-bucket";
import { contextWith, refusal, TWO_CONTRACTS } from "./mocks";

function lakeSays(changes: Partial<DataLakeArgs>): Promise<string> {
  return refusal(() => {
    const context = contextWith();
    const keys = new EncryptionKeys("keys", context, { contracts: TWO_CONTRACTS });
    new DataLake("lake", context, { contracts: TWO_CONTRACTS, keys, ...changes });
  });
}

function zoneSays(changes: Partial<ZoneBucketArgs>): Promise<string> {
  const args = { part: "curated", openness: "open", dataClass: "pseudonymised" } as const;
  return refusal(() => new ZoneBucket("zone", contextWith(), { ...args, ...changes }));
}

const rule = (changes: Partial<FolderLifecycle>): Partial<ZoneBucketArgs> => ({
  lifecycle: [{ id: "own", live: true, ...changes }],
});
const moves = (...transitions: [string, number][]) => ({
  transitions: transitions.map(([storageClass, afterDays]) => ({
    storageClass: storageClass as "STANDARD_IA",
    afterDays,
  })),
});

/** What is wrong, and the line that says so with what to write instead. */
const OF_LAKES: [string, Partial<DataLakeArgs>, string][] = [
  [
    "a data set twice",
    { contracts: [...TWO_CONTRACTS, TWO_CONTRACTS[0]!] },
    `contracts: holds ${TWO_CONTRACTS[0]!.id} more than once; give each data set once`,
  ],
  ["no scan", { analystScanLimitGb: 0 }, "analystScanLimitGb: is 0; write a whole number from 1 to"],
  [
    "a scan of 101 TB",
    { analystScanLimitGb: 101_000 },
    "analystScanLimitGb: is 101000; write a whole number",
  ],
  [
    "everybody as an analyst",
    { analysts: ["*"] },
    'analysts[0]: is "*"; write the ARN of a role or user without wildcards',
  ],
  ["half a day", { landingDays: 1.5 }, "landingDays: is 1.5; write a whole number from 1 to 36500 days"],
  [
    "old versions of half a day",
    { landingVersionDays: 0.5 },
    "landingVersionDays: is 0.5; write a whole number from 1 to 36500 days",
  ],
  [
    "an endpoint by its service's name",
    { landingEndpoints: ["com.amazonaws.ap-northeast-2.s3"] },
    'landingEndpoints[0]: is "com.amazonaws.ap-northeast-2.s3"; write an id like vpce-0123456789abcdef0',
  ],
  [
    "endpoints without a network",
    { landingEndpoints: ["vpce-0123456789abcdef0"] },
    "landingEndpoints: names ways into a network, but landingNetwork is null, so that landing is open to any way; name " +
      "the network, or leave the endpoints out",
  ],
  [
    "results that never stay",
    { resultDays: 0 },
    "resultDays: is 0; write a whole number from 1 to 36500 days",
  ],
  [
    "Infrequent Access too early",
    { infrequentAccessAfterDays: 29 },
    "infrequentAccessAfterDays: is 29; write a whole number from 30 to 36500 days",
  ],
  [
    "Glacier too early",
    { archiveAfterDays: 59, infrequentAccessAfterDays: 29 },
    "archiveAfterDays: is 59; write a whole",
  ],
  [
    "Glacier right behind Infrequent Access",
    { archiveAfterDays: 100 },
    "archiveAfterDays: is 100; write 120 or more, 30 days behind infrequentAccessAfterDays (90)",
  ],
];

const OF_ZONES: [string, Partial<ZoneBucketArgs>, string][] = [
  ["an end before the start", { expireAfterDays: 0 }, "expireAfterDays: is 0; write a whole number from 1"],
  [
    "old versions of no days",
    { oldVersionDays: 0 },
    "oldVersionDays: is 0; write a whole number from 1 to 36500 days",
  ],
  [
    "days of versions that there are not",
    { oldVersionDays: 3, versioned: false },
    "oldVersionDays: is set, but versioned is false, so that there are none; leave one of them out",
  ],
  ["a lock of no days", { lockDays: 0 }, "lockDays: is 0; write a whole number from 1 to 36500 days"],
  [
    "a lock without versions",
    { lockDays: 30, versioned: false },
    "versioned: is false; S3 locks versions, so leave it out, or lockDays",
  ],
  [
    "a folder without a slash",
    rule({ prefix: "lms" }),
    'lifecycle[0].prefix: is "lms"; write a folder such as',
  ],
  ["a pattern", rule({ prefix: "lms/*/" }), 'lifecycle[0].prefix: is "lms/*/"; write a folder such as'],
  ["a slash in front", rule({ prefix: "/lms/" }), 'lifecycle[0].prefix: is "/lms/"; write a folder such as'],
  [
    "a rule's end",
    rule({ expireAfterDays: -1 }),
    "lifecycle[0].expireAfterDays: is -1; write a whole number",
  ],
  [
    "a class that there is not",
    rule(moves(["COLD", 90])),
    'transitions[0].storageClass: is "COLD"; write one of STANDARD',
  ],
  [
    "Infrequent Access after 29 days",
    rule(moves(["STANDARD_IA", 29])),
    "lifecycle[0].transitions[0].afterDays: is 29; write a whole number from 30 to 36500 days",
  ],
  [
    "Glacier where queries read",
    rule(moves(["GLACIER", 90])),
    "lifecycle[0].transitions[0].storageClass: is GLACIER, which queries can't read without a restore; write GLACIER_IR",
  ],
  [
    "Deep Archive where queries read",
    rule(moves(["DEEP_ARCHIVE", 90])),
    "is DEEP_ARCHIVE, which queries can't read",
  ],
  [
    "a way up",
    rule(moves(["GLACIER_IR", 90], ["STANDARD_IA", 200])),
    "transitions[1].storageClass: is STANDARD_IA behind GLACIER_IR; S3 moves downwards only, in the order STANDARD_IA,",
  ],
  [
    "20 days in Infrequent Access",
    rule(moves(["STANDARD_IA", 30], ["GLACIER_IR", 50])),
    "transitions[1].afterDays: is 50; write 60 or more, 30 days behind STANDARD_IA (30)",
  ],
  [
    "an end before what S3 bills is over",
    rule({ ...moves(["GLACIER_IR", 90]), expireAfterDays: 100 }),
    "expireAfterDays: is 100; write 180 or more, or leave out the move to GLACIER_IR after 90 days, which S3 bills for 90",
  ],
  [
    "one id twice",
    { lifecycle: [1, 2].map(() => ({ id: "own", live: true })) },
    "lifecycle: has the id own more than once; give each rule its own",
  ],
  [
    "more rules than S3 takes",
    { lifecycle: Array.from({ length: 1000 }, (_, at) => ({ id: `rule-${at}`, live: true })) },
    "lifecycle: has 1000 rules; S3 takes 999 beside the platform's own, so join folders",
  ],
];

describe("wrong arguments of the lake's storage", () => {
  for (const [what, args, line] of OF_LAKES) {
    it(`of a lake, ${what}: named, with the fix`, async () => {
      expect(await lakeSays(args)).to.contain(`  - ${line}`);
    });
  }

  for (const [what, args, line] of OF_ZONES) {
    it(`of a zone, ${what}: named, with the fix`, async () => {
      const said = await zoneSays(args);
      expect(said).to.match(/^ZoneBucket "zone" has 1 wrong argument\(s\):\n {2}- /);
      expect(said).to.contain(line);
    });
  }

  it("are told all at once", async () => {
    const said = await lakeSays({
      analystScanLimitGb: 0,
      landingDays: 0,
      resultDays: -1,
      archiveAfterDays: 1,
    });
    expect(said).to.contain('DataLake "lake" has 5 wrong argument(s):');
  });

  it("are none where a folder that no query reads goes to Deep Archive", async () => {
    const cold = {
      ...moves(["STANDARD_IA", 30], ["GLACIER", 60], ["DEEP_ARCHIVE", 200]),
      expireAfterDays: 400,
    };
    expect(await zoneSays(rule({ ...cold, live: false, prefix: "exports/" }))).to.equal("");
  });
});
