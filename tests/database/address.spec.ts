import { expect } from "chai";
import { isTableAddress, parseTableAddress } from "../../shipper/database/address";

describe("the address of a table", () => {
  it("has defaults of its server", () => {
    expect(parseTableAddress("postgres://naru@db.closed/sis?table=students")).to.deep.equal({
      engine: "postgres",
      host: "db.closed",
      port: 5432,
      user: "naru",
      database: "sis",
      schema: "public",
      table: "students",
      tls: "full",
      label: "postgres://db.closed:5432/sis?table=public.students",
    });
    const mariadb = parseTableAddress("mariadb://naru@10.0.0.7:3307/sis?table=sis.students&tls=ca");
    expect(mariadb).to.include({ engine: "mysql", port: 3307, schema: "sis", table: "students", tls: "ca" });
  });

  it("takes names in any script, a schema and a socket", () => {
    const address = parseTableAddress(
      "postgresql://na%40ru@localhost/sis?table=학사.학생&socket=/run/postgresql",
    );
    expect(address).to.include({ user: "na@ru", schema: "학사", table: "학생", socket: "/run/postgresql" });
  });

  it("is protected unless it is this machine's", () => {
    const tls = (host: string) => parseTableAddress(`mysql://u@${host}/d?table=t`).tls;
    expect(["localhost", "127.0.0.1", "[::1]", "127.8.0.2"].map(tls)).to.deep.equal(Array(4).fill("off"));
    expect(["db", "10.0.0.1", "localhost.evil.example", "[fd00::1]"].map(tls)).to.deep.equal(
      Array(4).fill("full"),
    );
  });

  it("tells everything that is wrong at once, and never a password", () => {
    const told = (address: string) => {
      try {
        parseTableAddress(address);
      } catch (error) {
        return (error as Error).message;
      }
      throw new Error("taken");
    };
    expect(told("mysql://db/?tls=maybe&sslmode=off"))
      .to.include("the user is missing")
      .and.include("the database is missing")
      .and.include("the table is missing")
      .and.include("a parameter is none of table, tls, socket")
      .and.include("tls is none of full, ca, off");
    for (const address of ["postgres://u:tiger9@h/d?table=t", "postgres://u:tiger9@h:port/d?table=t"]) {
      expect(told(address)).not.to.include("tiger9");
    }
    expect(told("postgres://u:tiger9@h/d?table=t")).to.include("PGPASSWORD").and.include("--password-file");
  });

  it("is no file", () => {
    expect(["postgres://a", "MYSQL://a", "mariadb://a"].every(isTableAddress)).to.equal(true);
    expect(["mysql.csv", "s3://b/c", "C:/postgres.csv", "postgres"].some(isTableAddress)).to.equal(false);
  });
});
