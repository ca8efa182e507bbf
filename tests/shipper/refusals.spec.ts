import { existsSync, mkdirSync } from "node:fs";
import { expect } from "chai";
import { newKeyFile } from "../../shipper/keys/key-file";
import { rejectLimit } from "../../shipper/limit";
import { ship, type ShipRequest } from "../../shipper/ship";
import { temporaryFolder } from "../unit/contract/temporary-folder";
import { refusal, request, rowsOf, studentCsv, studentRow } from "./shipments";
import { visitsContract } from "./visits";

describe("ship refuses", () => {
  const folder = temporaryFolder();

  function wanted(own: Partial<ShipRequest> & Pick<ShipRequest, "sources">): ShipRequest {
    const key = folder.path("key.json");
    if (!existsSync(key)) newKeyFile(key);
    mkdirSync(folder.path("out"), { recursive: true });
    return request(folder.path("out"), key, own);
  }

  const students = () => folder.write("s.csv", studentCsv([studentRow(1)]));

  const cases: readonly (readonly [string, Partial<ShipRequest>, string])[] = [
    ["an unknown contract", { contract: "sis.pupils" }, "use one of lms.courses"],
    ["a set with pseudonyms without a key", { keys: undefined }, "add --key FILE"],
    ["a set without a day", { day: undefined }, "write --dt YYYY-MM-DD"],
    ["a day that there is not", { day: "2026-02-30" }, "is no day: 2026-02-30"],
    ["a missing file", { sources: ["none.csv"] }, "none.csv: can't be read (ENOENT)"],
    ["a table of another server", { sources: ["oracle://root:secret@db/x"] }, "export the table to CSV"],
    ["a workbook by its name", { sources: ["a.xlsx"] }, "is of no kind that can be shipped"],
    ["CSV of a set of events", { contract: "lms.requests" }, "ship events as JSON lines"],
    [
      "what the platform's jobs write",
      { contract: "music.artist_master" },
      "ship the sets that it is made from",
    ],
    ["a header of another set", { contract: "music.artists" }, "is missing"],
  ];
  for (const [what, own, told] of cases) {
    it(what, async () => {
      const message = await refusal(wanted({ sources: [students()], ...own }));
      expect(message).to.include(told);
      expect(message).not.to.include("secret");
    });
  }

  it("every fault at once", async () => {
    const message = await refusal(wanted({ sources: ["none.csv", "a.xlsx"], day: "today" }));
    expect(message)
      .to.include("3 problems")
      .and.include("none.csv")
      .and.include("a.xlsx")
      .and.include("today");
  });

  it("a day for a set that has its own", async () => {
    const contract = folder.write("v.odcs.yaml", visitsContract());
    const source = folder.write("v.csv", "visit_id,visited_at\n");
    const message = await refusal(
      wanted({ sources: [source], contract: "gym.visits", contracts: [contract] }),
    );
    expect(message).to.include("is missing").and.include("takes the day from visited_at");
  });

  it("a column that looks personal and is not marked, unless the contract says why", async () => {
    const source = folder.write(
      "v.csv",
      "visit_id,visited_at,birth,home,phone,desk\n" +
        Array.from({ length: 20 }, (_, n) => `v${n},2026-11-20T10:00,,,,010-1234-56${10 + n}\n`).join(""),
    );
    const own = { sources: [source], contract: "gym.visits", day: undefined };
    const unmarked = folder.write("v.odcs.yaml", visitsContract());
    const told = await refusal(wanted({ ...own, contracts: [unmarked] }));
    expect(told).to.include("desk looks like phone").and.include("notPersonal").and.not.include("1234");
    const marked = folder.write("w.odcs.yaml", visitsContract("Numbers of the gym's own desks."));
    const { manifest } = await ship(wanted({ ...own, contracts: [marked] }));
    expect(manifest.rows.written).to.equal(20);
  });
});

describe("ship treats", () => {
  const folder = temporaryFolder();

  it("masked and generalised columns as the functions do", async () => {
    newKeyFile(folder.path("key.json"));
    mkdirSync(folder.path("out"));
    const contract = folder.write("v.odcs.yaml", visitsContract("Desks."));
    const rows = [
      "v1,2026-11-20T23:59:59,2001. 2. 3.,서울특별시  강남구 1,010-1234-5678,a",
      "v2,2026-11-20T15:00:00Z,,,,b",
      "v3,2026-11-20T10:00,01-02-03,부산 해운대구,12,c",
      "v4,2026-11-20T10:00,2001-02-03,somewhere,12,d",
    ];
    const source = folder.write("v.csv", `visit_id,visited_at,birth,home,phone,desk\n${rows.join("\n")}\n`);
    const shipment = await ship({
      ...request(folder.path("out"), folder.path("key.json"), { sources: [source] }),
      contract: "gym.visits",
      contracts: [contract],
      day: undefined,
      keys: undefined,
    });
    expect(await rowsOf(folder.path("out"), shipment)).to.deep.equal([
      {
        visit_id: "v1",
        visited_at: new Date("2026-11-20T14:59:59Z"),
        birth: "2001",
        home: "서울특별시 강남구",
        phone: "*********5678",
        desk: "a",
      },
      {
        visit_id: "v2",
        visited_at: new Date("2026-11-20T15:00:00Z"),
        birth: null,
        home: null,
        phone: null,
        desk: "b",
      },
    ]);
    expect(shipment.manifest.rows.writtenByDay).to.deep.equal({ "2026-11-20": 1, "2026-11-21": 1 });
    expect(shipment.manifest.rows.rejectedByReason).to.deep.equal({
      "birth:generalise": 1,
      "home:generalise": 1,
    });
    expect(shipment.manifest).to.include({ epoch: null, keyId: null });
  });
});

describe("the limit of bad rows", () => {
  it("is one in a hundred, and at least ten", () => {
    const limit = rejectLimit(undefined);
    expect([limit(5), limit(1000), limit(1001), limit(250_000)]).to.deep.equal([10, 10, 10, 2500]);
  });

  it("is what was said", () => {
    expect([rejectLimit("0")(1000), rejectLimit("7")(1000), rejectLimit("2.5%")(1000)]).to.deep.equal([
      0, 7, 25,
    ]);
    for (const wrong of ["", "x", "-1", "1.5", "101%"]) {
      expect(() => rejectLimit(wrong), wrong).to.throw("write a number of rows, or a share such as 2%");
    }
  });
});
