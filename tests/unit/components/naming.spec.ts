import { expect } from "chai";
import { Names, type NameKind } from "../../../components/naming";

const IDENTITY = { project: "naru", stack: "dev", accountId: "123456789012", region: "ap-northeast-2" };

/** What each service takes, from its documentation; written down apart from the code. */
const FORMS: Record<NameKind, RegExp> = {
  bucket: /^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/,
  role: /^[A-Za-z0-9+=,.@_-]{1,64}$/,
  function: /^[A-Za-z0-9_-]{1,64}$/,
  stream: /^[A-Za-z0-9_.-]{1,128}$/,
  deliveryStream: /^[A-Za-z0-9_.-]{1,64}$/,
  database: /^[a-z0-9_]{1,128}$/,
  schemaRegistry: /^[A-Za-z0-9_$#-]{1,255}$/,
  schema: /^[A-Za-z0-9_$#-]{1,255}$/,
  workgroup: /^[A-Za-z0-9_.-]{1,128}$/,
  catalog: /^[a-z0-9_]{1,127}$/,
  keyAlias: /^[A-Za-z0-9/_-]{1,250}$/,
  stateMachine: /^[A-Za-z0-9_-]{1,80}$/,
  application: /^[A-Za-z0-9._/#-]{1,64}$/,
  logGroup: /^[A-Za-z0-9_/.#-]{1,512}$/,
  api: /^[A-Za-z0-9_-]{1,128}$/,
  schedule: /^[A-Za-z0-9_.-]{1,64}$/,
  rule: /^[A-Za-z0-9_.-]{1,64}$/,
  network: /^(?!sg-)[A-Za-z0-9 ._:/()#,@[\]+=&;{}!$*-]{1,255}$/,
  trail: /^[A-Za-z0-9_.-]{3,128}$/,
  queue: /^[A-Za-z0-9_-]{1,80}$/,
  topic: /^[A-Za-z0-9_-]{1,256}$/,
  alarm: /^[A-Za-z0-9_-]{1,255}$/,
  budget: /^[A-Za-z0-9_-]{1,100}$/,
  crawler: /^[A-Za-z0-9_-]{1,255}$/,
  classifier: /^[A-Za-z0-9_-]{1,255}$/,
  connection: /^[A-Za-z0-9_-]{1,255}$/,
  securityConfiguration: /^[A-Za-z0-9_-]{1,255}$/,
  dataPreparation: /^[A-Za-z0-9. -]{1,240}$/,
  stack: /^[A-Za-z][A-Za-z0-9-]{0,127}$/,
  lakeTag: /^[a-z0-9_.:/=+@-]{1,50}$/,
  macie: /^[A-Za-z0-9_-]{1,128}$/,
  glue: /^[A-Za-z0-9_-]{1,255}$/,
  server: /^[a-z][a-z0-9-]{0,54}$/,
  kafka: /^[A-Za-z0-9-]{1,64}$/,
  policy: /^[A-Za-z0-9+=,.@_-]{1,128}$/,
  table: /^[A-Za-z0-9_.-]{3,255}$/,
};
const KINDS = Object.keys(FORMS) as NameKind[];

describe("Names", () => {
  const names = new Names(IDENTITY);

  it("start with project and stack; those of buckets end with account and region", () => {
    expect(names.of("role", "delivery", "lms", "requests")).to.equal("naru-dev-delivery-lms-requests");
    expect(names.of("database", "raw", "lms")).to.equal("naru_dev_raw_lms");
    expect(names.of("bucket", "landing")).to.equal("naru-dev-landing-123456789012-ap-northeast-2");
  });

  for (const kind of KINDS) {
    describe(kind, () => {
      const long = ["a-part-that-goes-on", "for-a-very-long-time".repeat(40)];

      it("takes short names, strange characters and long names in the service's form", () => {
        for (const parts of [["lms"], ["한글 이름", "Ünïcode & more!"], long]) {
          expect(names.of(kind, ...parts)).to.match(FORMS[kind]);
        }
      });

      it("keeps two long names apart that differ only where they are cut", () => {
        const one = names.of(kind, ...long, "one");
        expect(one).not.to.equal(names.of(kind, ...long, "two"));
        expect(one).to.equal(names.of(kind, ...long, "one"));
      });
    });
  }

  it("start as the pattern of their first parts says, cut or whole", () => {
    const stacks = [names, new Names({ ...IDENTITY, project: "p".repeat(60) })];
    for (const each of stacks) {
      for (const parts of [["lms", "requests"], ["x".repeat(80)]]) {
        expect(each.of("role", "delivery", ...parts).startsWith(each.startOf("role", "delivery"))).to.equal(
          true,
        );
      }
    }
    expect(names.startOf("role", "delivery")).to.equal("naru-dev-delivery-");
  });

  it("keep a long bucket name apart by account, which stands in the part that is cut", () => {
    const part = "a-zone-with-a-rather-long-name-for-a-bucket";
    const other = new Names({ ...IDENTITY, accountId: "210987654321" });
    expect(names.of("bucket", part)).not.to.equal(other.of("bucket", part));
  });

  it("within a section are others, of every kind, and sections nest", () => {
    const section = names.within("archive");
    for (const kind of KINDS) expect(section.of(kind, "x"), kind).not.to.equal(names.of(kind, "x"));
    expect(section.within("old").of("role", "x")).to.equal("naru-dev-archive-old-x");
    expect(names.of("role", "x")).to.equal("naru-dev-x");
  });
});
