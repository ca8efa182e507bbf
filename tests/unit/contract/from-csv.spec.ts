import { expect } from "chai";
import {
  type ContractProposal,
  CsvError,
  lintContracts,
  proposeContract,
} from "../../../components/contract";
import { temporaryFolder } from "./temporary-folder";

/** "이름,학번\n김가나,0001\n" in CP949, as Excel in Korea writes it. */
const CP949 = Buffer.from("c0ccb8a72cc7d0b9f80ab1e8b0a1b3aa2c303030310a", "hex");

const files = temporaryFolder();

function propose(content: string | Uint8Array, name = "orders.csv"): ContractProposal {
  return proposeContract(files.write(name, content));
}

function columnsOf({ dataSet }: ContractProposal): string[] {
  return dataSet.columns.map(({ name, type, treatment }) => `${name} ${type} ${treatment}`);
}

describe("a contract proposed from CSV", () => {
  it("describes columns, types, key and personal data, and loads", () => {
    const proposal = propose(
      "학번,이름,휴대전화,학년,평점,등록일,등록일시\n" +
        "0001,김가나,010-0000-0001,1,3.5,2026-01-02,2026-01-02T03:04:05+09:00\n" +
        "0002,이다라,010-0000-0002,2,,2026-01-03,2026-01-03 03:04\n",
      "학생 명단.csv",
    );
    expect(columnsOf(proposal)).to.deep.equal([
      "student_id string pseudonymise",
      "name string drop",
      "phone string pseudonymise",
      "grade int keep",
      "grade_point double keep",
      "registered_on date keep",
      "registered_at timestamp keep",
    ]);
    const { dataSet, findings, encoding, delimiter, rows, complete, notes } = proposal;
    expect(dataSet).to.deep.include({ id: "files.haksaeng_myeongdan", ingestion: "csv", status: "draft" });
    expect(dataSet.primaryKey).to.deep.equal(["student_id"]);
    expect(dataSet.columns[0]).to.deep.include({ sourceName: "학번", businessName: "학번", required: true });
    expect(findings.map(({ column, kind }) => [column, kind])).to.deep.equal([
      ["student_id", "student-id"],
      ["name", "person-name"],
      ["phone", "phone"],
    ]);
    expect({ encoding, delimiter, rows, complete, notes }).to.deep.equal({
      encoding: "utf-8",
      delimiter: ",",
      rows: 2,
      complete: true,
      notes: [],
    });
  });

  it("is a draft that the linter asks a person to review, and nothing else", () => {
    const { yaml } = propose("학번,점수\n1,2\n");
    const { errors, warnings } = lintContracts([files.write("proposal.odcs.yaml", yaml)]);
    expect(errors).to.deep.equal([]);
    expect(warnings.map(({ key }) => key)).to.deep.equal(["status"]);
  });

  it("repeats no value of the file", () => {
    const row = [
      "U-77001",
      "김가나",
      "900101-1000000",
      "010-0000-7702",
      "canary@example.com",
      "4111111111111111",
    ];
    const proposal = propose(`userId,name,rrn,tel,mail,card_no\n${row.join(",")}\n`);
    const said = JSON.stringify(proposal);
    expect(proposal.findings).to.have.length(6);
    for (const value of row) expect(said).not.to.contain(value);
  });

  it("reads CP949", () => {
    const proposal = propose(CP949);
    expect(proposal.encoding).to.equal("cp949");
    expect(proposal.dataSet.columns.map(({ sourceName }) => sourceName)).to.deep.equal(["이름", "학번"]);
  });

  it("takes a byte order mark off", () => {
    const proposal = propose("\ufeffid,v\na,1\n");
    expect(proposal.encoding).to.equal("utf-8");
    expect(proposal.dataSet.columns[0].sourceName).to.equal("id");
  });

  for (const [name, delimiter] of [
    ["commas", ","],
    ["semicolons", ";"],
    ["tabs", "\t"],
    ["bars", "|"],
  ] as const) {
    it(`reads ${name}, and says so in the contract`, () => {
      const other = delimiter === "," ? ";" : ",";
      const lines = [
        ["code", "text"],
        ["a", `x${other} y`],
        ["b", `z${other}`],
      ];
      const proposal = propose(lines.map((line) => line.join(delimiter)).join("\r\n"));
      expect(proposal.delimiter).to.equal(delimiter);
      expect(proposal.dataSet.delimiter ?? ",").to.equal(delimiter);
      expect(proposal.dataSet.columns).to.have.length(2);
    });
  }

  it("keeps separators, quotes and line breaks inside quotes", () => {
    const proposal = propose('id,text\n1,"a, ""b""\nc"\n2,d\n');
    expect(proposal.rows).to.equal(2);
    expect(columnsOf(proposal)).to.deep.equal(["id string keep", "text string keep"]);
  });

  it("tells columns of one header and of none apart", () => {
    const proposal = propose("점수,점수,,a\n1,2,3,x\n");
    expect(proposal.dataSet.columns.map(({ name, sourceName }) => [name, sourceName])).to.deep.equal([
      ["score", "점수"],
      ["score_2", "점수#2"],
      ["column_3", "#3"],
      ["a", "a"],
    ]);
    expect(proposal.notes.join("\n"))
      .to.match(/score_2 stands more than once/)
      .and.match(/column 3 has no header/);
  });

  it("looks at the rows that it is told to", () => {
    const path = files.write("long.csv", "n\n1\n2\nx\n");
    const two = proposeContract(path, { maxRows: 2 });
    expect({ rows: two.rows, complete: two.complete, type: two.dataSet.columns[0].type }).to.deep.equal({
      rows: 2,
      complete: false,
      type: "int",
    });
    const three = proposeContract(path, { maxRows: 3 });
    expect({ complete: three.complete, type: three.dataSet.columns[0].type }).to.deep.equal({
      complete: true,
      type: "string",
    });
  });

  it("describes a file of a header alone", () => {
    expect(columnsOf(propose("code,count\n"))).to.deep.equal(["code string keep", "count string keep"]);
  });

  it("measures the average row", () => {
    expect(propose("a,b\nxx,yy\nzz,ww\n").dataSet.eventBytes).to.equal(6);
  });

  it("takes the id that it is given", () => {
    expect(proposeContract(files.write("x.csv", "a\n1\n"), { id: "shop.orders" }).dataSet.id).to.equal(
      "shop.orders",
    );
  });

  it("takes a column called only name for a person's beside other personal columns, and not without", () => {
    expect(columnsOf(propose("name,email\nJane Doe,jane@example.com\n"))[0]).to.equal("name string drop");
    expect(columnsOf(propose("name,price\nBread,100\n"))[0]).to.equal("name string keep");
  });

  it("says which types a person could better", () => {
    const { notes } = propose('day,sum\n2026.01.02,"1,000"\n');
    expect(notes).to.have.length(2);
    expect(notes[0]).to.match(/^day: dates/);
    expect(notes[1]).to.match(/^sum: numbers/);
  });
});

describe("the primary key of a proposal", () => {
  const cases: readonly (readonly [string, string, readonly string[]])[] = [
    ["is the unique column", "v,code\n1,a\n1,b\n", ["code"]],
    ["is rather an identifier than a measure", "v,item_id\n1,a\n2,b\n", ["item_id"]],
    ["is no column with gaps", "a,b\n,x\n1,y\n", ["b"]],
    ["is a pair where no column is unique", "a,b,v\n1,1,0\n1,2,0\n2,1,0\n", ["a", "b"]],
    ["is never a dropped column", "성명,부서\n김가나,x\n이다라,x\n박마바,y\n", ["buseo"]],
    ["is every full column where rows repeat", "a,b\n1,1\n1,1\n", ["a", "b"]],
  ];
  for (const [what, csv, key] of cases) {
    it(what, () => expect(propose(csv).dataSet.primaryKey).to.deep.equal(key));
  }

  it("leaves a note when nothing is unique or full", () => {
    expect(propose("a,b\n1,1\n1,1\n").notes.join()).to.match(/no column or pair/);
    expect(propose("a,b\n1,\n,1\n").notes.join()).to.match(/every column has gaps/);
  });
});

describe("a file is refused, with the fix, when it", () => {
  const zip = Uint8Array.from([0x50, 0x4b, 0x03, 0x04, 0x14, 0x00]);
  const cases: readonly (readonly [string, string, string | Uint8Array, RegExp])[] = [
    ["is called .xlsx", "a.xlsx", "a,b\n", /workbook.*CSV UTF-8/],
    ["is a workbook under another name", "a.csv", zip, /workbook.*CSV UTF-8/],
    ["is an old workbook", "a.csv", Uint8Array.from([0xd0, 0xcf, 0x11, 0xe0, 0xa1]), /workbook/],
    ["is UTF-16", "a.csv", Buffer.from("\ufeffa,b", "utf16le"), /UTF-16/],
    ["is binary", "a.csv", Uint8Array.from([0x61, 0x00, 0x62]), /zero bytes/],
    [
      "has bytes of neither encoding",
      "a.csv",
      Uint8Array.from([0x61, 0xff, 0xff, 0x0a]),
      /neither UTF-8 nor CP949/,
    ],
    ["is empty", "a.csv", "", /is empty/],
    ["holds white space alone", "a.csv", " \n\n", /is empty/],
    ["begins with a row", "a.csv", "김가나,010-0000-0001\n", /no header/],
    ["begins with numbers", "a.csv", "code,1.5\nx,2\n", /no header/],
    ["has no name in its first line", "a.csv", ",,\n1,2,3\n", /without names/],
    [
      "has rows of other widths",
      "a.csv",
      "a,b\n1,2\n1\n1,2,3\n",
      /2 rows.*\(2 fields\): line 3 has 1, line 4 has 3/,
    ],
    ["would lose every column", "a.csv", "성명,주소\n김가나,없음\n", /nothing but personal columns/],
    ["leaves a quote open", "a.csv", 'a,b\n1,"2\n', /quotation mark.*line/],
    ["has a quote within a field", "a.csv", 'a,b\n1,x"2\n', /quotation mark.*line/],
  ];
  for (const [what, name, content, message] of cases) {
    it(what, () => expect(() => propose(content, name)).to.throw(CsvError, message));
  }

  it("is not there", () =>
    expect(() => proposeContract(files.path("none.csv"))).to.throw(CsvError, /ENOENT/));

  it("is given an id that is none", () => {
    const path = files.write("a.csv", "a\nx\n");
    expect(() => proposeContract(path, { id: "Orders" })).to.throw(CsvError, /"Orders".*domain\.name/);
  });

  it("without repeating what stands in it", () => {
    for (const content of ['a,b\n1,canary"77\n', "canary77@example.com,b\n", "a\ncanary77,canary77\n"]) {
      expect(() => propose(content))
        .to.throw(CsvError)
        .with.property("message")
        .not.match(/canary/);
    }
  });

  it("but not for years as headers", () => {
    expect(columnsOf(propose("지역,2024,2025\nx,1,2\n"))).to.deep.equal([
      "region string keep",
      "c_2024 int keep",
      "c_2025 int keep",
    ]);
  });
});
