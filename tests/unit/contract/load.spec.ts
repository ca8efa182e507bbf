import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { stringify } from "yaml";
import {
  ContractError,
  type ContractProblem,
  loadContracts,
  readContracts,
} from "../../../components/contract";
import {
  AMOUNT,
  DT,
  type Example,
  example,
  EXAMPLE_FILE,
  ID,
  ORDERED_AT,
  property,
  readExample,
  STATE,
} from "./example";

describe("contracts of the project", () => {
  it("all load, the sources ordered by id", () => {
    const sources = loadContracts(["contracts"]).filter(({ ingestion }) => ingestion !== "derived");
    expect(sources.map(({ id }) => id)).to.deep.equal([
      "lms.courses",
      "lms.requests",
      "music.artists",
      "music.audio_features",
      "music.top_tracks",
      "sis.enrolments",
      "sis.students",
    ]);
  });

  it("let no personal column through in clear", () => {
    const personal = loadContracts(["contracts"]).flatMap(({ columns }) =>
      columns.filter(({ kind }) => kind),
    );
    expect(personal).to.have.length(11);
    for (const { treatment, classification } of personal) {
      expect(treatment).to.be.oneOf(["pseudonymise", "drop"]);
      expect(classification).to.equal("restricted");
    }
  });

  it("read Korean headers of the student file", () => {
    const [students] = loadContracts(["contracts/sis/students.odcs.yaml"]);
    expect(students.columns.map(({ name, sourceName }) => [name, sourceName])).to.deep.include([
      "resident_number",
      "주민등록번호",
    ]);
  });
});

describe("reading a contract", () => {
  it("gives the data set with the standard's defaults filled in", () => {
    const { dataSets, problems } = readExample();
    expect(problems).to.deep.equal([]);
    const [orders] = dataSets;
    expect(orders).to.deep.include({
      id: "shop.orders",
      status: "active",
      owner: "Shop",
      purpose: "Sales by day.",
      ingestion: "stream",
      timeZone: "Asia/Seoul",
      partition: { column: "dt", from: "ordered_at" },
      primaryKey: ["id"],
      retentionDays: 730,
      eventsPerSecond: 5,
      eventBytes: 200,
      file: EXAMPLE_FILE,
    });
    expect(orders.columns.map(({ type }) => type)).to.deep.equal([
      "string",
      "string",
      "timestamp",
      "decimal(12,2)",
      "string",
    ]);
    expect(orders.columns[STATE]).to.deep.include({
      pattern: "[a-z]+",
      maxLength: 8,
      allowed: ["open", "paid"],
    });
    expect(orders.quality).to.deep.equal([
      { name: "orders came", metric: "rowCount", columns: [], minimum: 1, unit: "rows", severity: "error" },
      {
        name: "known states",
        metric: "invalidValues",
        columns: ["state"],
        maximum: 1,
        unit: "percent",
        severity: "warning",
      },
    ]);
  });

  it("orders a composed primary key by its positions", () => {
    const { dataSets } = readExample((contract) => {
      Object.assign(property(contract, ID), { primaryKeyPosition: 2 });
      Object.assign(property(contract, ORDERED_AT), { primaryKey: true, primaryKeyPosition: 1 });
    });
    expect(dataSets[0].primaryKey).to.deep.equal(["ordered_at", "id"]);
  });

  it("asks a derived set for no rate and no partition source", () => {
    const { problems } = readExample((contract) => {
      contract.customProperties = [
        { property: "ingestion", value: "derived" },
        { property: "eventBytes", value: 20 },
      ];
      delete property(contract, DT).transformSourceObjects;
    });
    expect(problems).to.deep.equal([]);
  });

  it("takes the addresses of support that are for issues, and refuses what is none", () => {
    const support = [
      { channel: "owners", tool: "email", scope: "issues", url: "mailto:owners@example.com" },
      { channel: "chat", tool: "slack", url: "https://chat.example.com/data" },
      { channel: "news", tool: "email", scope: "announcements", url: "mailto:news@example.com" },
    ];
    expect(
      readExample((contract) => Object.assign(contract, { support })).dataSets[0].contacts,
    ).to.deep.equal(["owners@example.com"]);
    const wrong = [{ channel: "owners", url: "mailto:nobody" }];
    const [problem] = readExample((contract) => Object.assign(contract, { support: wrong })).problems;
    expect(problem).to.include({ key: "support[0].url", problem: 'is "mailto:nobody"' });
  });

  it("takes files without a delimiter as comma-separated, and a stated one as stated", () => {
    expect(readExample().dataSets[0].delimiter).to.equal(undefined);
    const { dataSets } = readExample((contract) =>
      contract.customProperties.push({ property: "delimiter", value: ";" }),
    );
    expect(dataSets[0].delimiter).to.equal(";");
  });
});

describe("loading folders", () => {
  let folder: string;

  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "naru-contracts-"))));
  afterEach(() => rmSync(folder, { recursive: true }));

  function write(name: string, change: (contract: Example) => void = () => undefined): string {
    const contract = example();
    change(contract);
    const file = join(folder, name);
    mkdirSync(join(file, ".."), { recursive: true });
    writeFileSync(file, stringify(contract));
    return file;
  }

  function refusal(...paths: string[]): readonly ContractProblem[] {
    try {
      loadContracts(paths);
    } catch (error) {
      expect(error).to.be.instanceOf(ContractError);
      return (error as ContractError).problems;
    }
    throw new Error("the contracts were loaded");
  }

  it("tells every error of every file at once", () => {
    const first = write("a/one.odcs.yaml", (contract) => {
      delete contract.team;
      property(contract, AMOUNT).classification = "secret";
    });
    const second = write("b/two.odcs.yaml", (contract) => (contract.status = undefined));
    const problems = refusal(folder);
    expect(problems.map(({ file, key }) => [file, key])).to.deep.equal([
      [first, "team"],
      [first, "schema[0].properties[3].classification"],
      [second, "status"],
    ]);
    expect(new ContractError(problems).message).to.contain(
      `${first}: schema[0].properties[3].classification: is "secret"; use one of public, internal, confidential, restricted`,
    );
  });

  it("refuses one id in two files, and names the other file", () => {
    const first = write("a.odcs.yaml");
    const second = write("b.odcs.yaml");
    const [problem, ...others] = refusal(folder);
    expect(others).to.deep.equal([]);
    expect(problem).to.deep.include({ file: second, key: "id" });
    expect(problem.problem).to.contain(first);
  });

  it("reads a file that two paths name once", () => {
    const file = write("a.odcs.yaml");
    expect(loadContracts([folder, file])).to.have.length(1);
  });

  it("leaves other files alone", () => {
    write("a.odcs.yaml");
    writeFileSync(join(folder, "notes.yaml"), "not: a contract\n");
    expect(readContracts([folder]).problems).to.deep.equal([]);
  });

  it("refuses a folder without contracts and a path that is not there", () => {
    expect(refusal(folder)[0].problem).to.match(/holds no/);
    expect(refusal(join(folder, "nowhere"))[0].problem).to.match(/does not exist/);
  });
});
