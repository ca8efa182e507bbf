import { execFileSync } from "node:child_process";
import { mkdirSync, rmSync } from "node:fs";
import { dirname } from "node:path";
import { expect } from "chai";
import { stringify } from "yaml";
import { contractDiff, type ContractDiffOptions } from "../../../cli/contract/diff";
import { AMOUNT, type Example, example, property, STATE } from "./example";
import { temporaryFolder } from "./temporary-folder";

const files = temporaryFolder();

function contract(change: (contract: Example) => void = () => undefined): string {
  const changed = example();
  change(changed);
  return stringify(changed);
}

const withoutAmount = (version: string) => (changed: Example) => {
  changed.version = version;
  changed.schema[0]!.properties.splice(AMOUNT, 1);
};

async function diff(options: ContractDiffOptions): Promise<{ code: number; out: string[]; err: string[] }> {
  const [out, err]: string[][] = [[], []];
  const output = { out: (text: string) => void out!.push(text), err: (text: string) => void err!.push(text) };
  return { code: await contractDiff({ ...options, output }), out: out!, err: err! };
}

async function refused(options: ContractDiffOptions): Promise<string> {
  try {
    await diff(options);
  } catch (error) {
    return (error as Error).message;
  }
  return "";
}

/** Files and folders, made where the test's folder is. */
function put(name: string, content: string): string {
  mkdirSync(dirname(files.path(name)), { recursive: true });
  return files.write(name, content);
}

describe("naru contract diff", () => {
  it("exits 1 at a breaking change without a new major version, and says whom it breaks", async () => {
    const old = put("old.odcs.yaml", contract());
    const now = put("new.odcs.yaml", contract(withoutAmount("1.1.0")));
    const { code, out } = await diff({ paths: [old, now] });
    expect(code).to.equal(1);
    expect(out).to.deep.equal([
      "shop.orders  1.0.0 -> 1.1.0, asks for a major step",
      "  major  column removed, amount (decimal(12,2) -> none): queries that name it fail, and events and files " +
        "that still carry it are refused; breaks producers, athena, spark, bi",
      `error    ${now}: version: is 1.1.0, a minor step, with major changes (column removed: amount); write 2.0.0`,
      "1 data set changed, 1 change, 1 error, 0 to review",
    ]);
  });

  it("exits 0 at the same change under a new major version", async () => {
    const old = put("old.odcs.yaml", contract());
    const now = put("new.odcs.yaml", contract(withoutAmount("2.0.0")));
    expect((await diff({ paths: [old, now] })).code).to.equal(0);
  });

  it("compares folders set by set, and tells what a person has to review without refusing it", async () => {
    put("old/a.odcs.yaml", contract());
    put(
      "new/b.odcs.yaml",
      contract((changed) => {
        changed.version = "1.1.0";
        property(changed, STATE).classification = "public";
      }),
    );
    const { code, out } = await diff({ paths: [files.path("old"), files.path("new")] });
    expect(code).to.equal(0);
    expect(out).to.include("  review more people may read state, in files of before too");
    expect(out.at(-1)).to.equal("1 data set changed, 1 change, 0 errors, 1 to review");
  });

  it("prints the comparison as JSON", async () => {
    const old = put("old.odcs.yaml", contract());
    const now = put("new.odcs.yaml", contract(withoutAmount("1.1.0")));
    const { code, out } = await diff({ paths: [old, now], json: true });
    const { dataSets, problems } = JSON.parse(out.join(""));
    expect(code).to.equal(1);
    expect(dataSets[0]).to.include({ id: "shop.orders", before: "1.0.0", after: "1.1.0", needs: "major" });
    expect(dataSets[0].changes[0]).to.include({ kind: "column removed", column: "amount", step: "major" });
    expect(problems[0]).to.include({ file: now, key: "version", fix: "write 2.0.0" });
  });

  it("exits 2 when it is not told what to compare", async () => {
    for (const options of [{}, { paths: ["contracts"] }, { base: "main", paths: ["a", "b"] }]) {
      const { code, err } = await diff(options);
      expect(code).to.equal(2);
      expect(err[0]).to.match(/give OLD and NEW, or --base REF/);
    }
  });

  it("does not compare contracts that do not load", async () => {
    const old = put("old.odcs.yaml", contract());
    const now = put(
      "new.odcs.yaml",
      contract((changed) => void (changed.version = "2")),
    );
    expect(await refused({ paths: [old, now] })).to.match(/version: is "2"; use three numbers/);
    expect(await refused({ paths: [old, files.path("none")] })).to.match(/none: does not exist/);
  });
});

describe("naru contract diff --base", () => {
  const git = (...arguments_: string[]): void => {
    const author = [
      "-c",
      "user.name=Nobody",
      "-c",
      "user.email=nobody@example.org",
      "-c",
      "commit.gpgsign=false",
    ];
    execFileSync("git", [...author, ...arguments_], { cwd: files.path("."), stdio: "ignore" });
  };
  /** A repository whose last commit holds the example in a folder with a Korean name. */
  const committed = (): string => {
    const file = put("contracts/주문/orders.odcs.yaml", contract());
    git("init", "-q");
    git("add", ".");
    git("commit", "-q", "-m", "Orders");
    return file;
  };

  it("compares with a commit, of the whole folder and of one file", async () => {
    const file = committed();
    expect((await diff({ base: "HEAD", paths: [files.path("contracts")] })).out).to.deep.equal([
      "0 data sets changed, 0 changes, 0 errors, 0 to review",
    ]);
    put("contracts/주문/orders.odcs.yaml", contract(withoutAmount("1.1.0")));
    for (const path of [files.path("contracts"), files.path("."), file]) {
      const { code, out } = await diff({ base: "HEAD", paths: [path] });
      expect([code, out[0]]).to.deep.equal([1, "shop.orders  1.0.0 -> 1.1.0, asks for a major step"]);
    }
  });

  it("tells a set that a commit had and the folder has no more", async () => {
    const file = committed();
    put(
      "contracts/other.odcs.yaml",
      contract((changed) => {
        Object.assign(changed, { id: "shop.carts" });
        changed.schema[0]!.name = "carts";
      }),
    );
    rmSync(file);
    const { code, out } = await diff({ base: "HEAD", paths: [files.path("contracts")] });
    expect(code).to.equal(1);
    expect(out.join("\n")).to.match(
      /HEAD:contracts\/주문\/orders\.odcs\.yaml: is removed while its status is active/,
    );
  });

  it("refuses what is no commit, and options in its place", async () => {
    committed();
    for (const base of ["nowhere", "--output=x"]) {
      expect(await refused({ base, paths: [files.path("contracts")] })).to.equal(
        `--base ${base}: is no commit, branch or tag here; fetch it, or name another (git branch -a)`,
      );
    }
  });

  it("refuses a folder without git", async () => {
    const file = put("a.odcs.yaml", contract());
    expect(await refused({ base: "HEAD", paths: [file] })).to.match(/is in no git repository/);
  });
});
