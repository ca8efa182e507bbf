import { expect } from "chai";
import {
  DataLake,
  EncryptionKeys,
  Governance,
  SparkCluster,
  type GovernanceArgs,
} from "../../../components/aws";
import { dataIdentifiers, isReadable } from "../../../components/aws/governance/identifiers";
import { storedColumns, type Column, type DataSet } from "../../../components/contract/model";
import { EMAIL_WITHIN, PHONE_WITHIN, RESIDENT_WITHIN } from "../../../components/contract/personal/within";
import { contextWith, CONTRACTS, mocked, refusal, TWO_CONTRACTS, type MockedStack } from "./mocks";
import { wideRights } from "./privileges";

const LAKE_FORMATION = "aws:lakeformation/";
const DEPLOY = "arn:aws:iam::123456789012:role/deploy";
const GOVERNED: Partial<GovernanceArgs> = { accountWide: true, lakeAdmins: [DEPLOY] };

function make(own: Partial<GovernanceArgs> = GOVERNED, columnGrants = true, contracts = CONTRACTS): void {
  const context = contextWith();
  const keys = new EncryptionKeys("keys", context, { contracts });
  const lake = new DataLake("lake", context, { contracts, keys, columnGrants });
  const spark = new SparkCluster("spark", context, { lake, keys });
  new Governance("governance", context, { lake, keys, spark, ...own });
}

describe("Governance of an account", () => {
  let stack: MockedStack;
  const of = (type: string) => stack.of(`${LAKE_FORMATION}${type}`);
  const grant = (label: string) =>
    stack.one(`${LAKE_FORMATION}permissions:Permissions`, `governance-grant-${label}`).inputs;

  before(async () => {
    stack = await mocked(() => make({ ...GOVERNED, alarmEmails: ["a@example.com"], macieSamplePercent: 5 }));
  });

  describe("is claimed", () => {
    it("by a parameter whose name is every stack's, made before all else that the account has once", () => {
      const claim = stack.one("aws:ssm/parameter:Parameter", "governance-claim").inputs;
      expect(claim).to.include({
        name: "/naru/account-governance",
        insecureValue: "naru-test",
        type: "String",
      });
      expect(claim.overwrite).to.equal(undefined);
      const singletons = [
        ...of("dataLakeSettings:DataLakeSettings"),
        ...stack.of("aws:macie2/account:Account"),
      ];
      expect(singletons).to.have.length(2);
      for (const { dependencies } of singletons)
        expect(dependencies).to.include("Parameter governance-claim");
    });

    it("by one component of a program", async () => {
      const message = await refusal(() => {
        const context = contextWith();
        const keys = new EncryptionKeys("keys", context, { contracts: TWO_CONTRACTS });
        const lake = new DataLake("lake", context, { contracts: TWO_CONTRACTS, keys, columnGrants: true });
        const spark = new SparkCluster("spark", context, { lake, keys });
        new Governance("one", context, { lake, keys, spark, ...GOVERNED });
        new Governance("two", context, { lake, keys, spark, ...GOVERNED });
      });
      expect(message).to.contain('Governance "two" has 1 wrong argument(s)');
      expect(message).to.contain("accountWide: is true of two components");
    });

    it("by nobody without the opt-in", async () => {
      const without = await mocked(() => make({}, false, TWO_CONTRACTS));
      const types = without.resources.map(({ type }) => type);
      expect(types.filter((type) => /^aws:(lakeformation|macie2?|ssm)\//.test(type))).to.deep.equal([]);
    });
  });

  describe("by Lake Formation", () => {
    it("leaves other tables of the account to IAM, as they were", () => {
      const [settings] = of("dataLakeSettings:DataLakeSettings");
      const byIam = [{ principal: "IAM_ALLOWED_PRINCIPALS", permissions: ["ALL"] }];
      expect(settings!.inputs).to.deep.include({
        admins: [DEPLOY],
        createDatabaseDefaultPermissions: byIam,
        createTableDefaultPermissions: byIam,
      });
    });

    it("registers raw's tables and curated in hybrid mode, under a role that reads nothing closed", () => {
      const locations = of("resource:Resource");
      expect(locations.map(({ inputs }) => inputs.arn)).to.deep.equal([
        "arn:aws:s3:::naru-test-raw-123456789012-ap-northeast-2/lms/requests",
        "arn:aws:s3:::naru-test-curated-123456789012-ap-northeast-2",
      ]);
      expect(locations.every(({ inputs }) => inputs.hybridAccessEnabled === true)).to.equal(true);
      const rights = JSON.stringify(stack.statements("governance-location"));
      expect(rights).not.to.match(/landing|errors|reidentification/);
      const { assumeRolePolicy } = stack.one("aws:iam/role:Role", "governance-location").inputs;
      expect(assumeRolePolicy.Statement[0]).to.deep.include({
        Principal: { Service: "lakeformation.amazonaws.com" },
        Condition: { StringEquals: { "aws:SourceAccount": "123456789012" } },
      });
    });

    it("has tags under names of the stack, with every value that a contract can give", () => {
      const tags = of("lfTag:LfTag").map(({ inputs }) => [inputs.key, inputs.values]);
      expect(Object.fromEntries(tags)).to.deep.equal({
        "naru-test-zone": ["curated", "raw"],
        "naru-test-domain": [...new Set(CONTRACTS.map(({ domain }) => domain))].sort(),
        "naru-test-classification": ["public", "internal", "confidential", "restricted"],
        "naru-test-personal": ["no", "treated"],
      });
    });

    it("tags each stored column as its contract says, by itself or by its table", () => {
      const given = new Map<string, Record<string, string>>();
      for (const { inputs } of of("resourceLfTags:ResourceLfTags")) {
        const tags = Object.fromEntries(
          inputs.lfTags.map(({ key, value }: { key: string; value: string }) => [
            key.replace("naru-test-", ""),
            value,
          ]),
        );
        const { table, tableWithColumns: columns } = inputs;
        if (table !== undefined) given.set(`${table.databaseName}.${table.name}`, tags);
        for (const column of columns?.columnNames ?? []) {
          given.set(`${columns.databaseName}.${columns.name}.${column}`, tags);
        }
      }
      const students = "naru_test_curated_sis.students";
      const tagsOf = (column: string) => given.get(`${students}.${column}`) ?? given.get(students);
      expect(tagsOf("student_id")).to.deep.equal({ classification: "internal", personal: "treated" });
      expect(tagsOf("department")).to.include({ personal: "no" });
      // What the contract drops is no column here.
      expect([...given.keys()].filter((key) => /resident_number|students\.name$/.test(key))).to.deep.equal(
        [],
      );
      const [set] = CONTRACTS.filter(({ columns }) =>
        columns.some(
          ({ classification, treatment }) => classification === "confidential" && treatment === "keep",
        ),
      );
      const column = set!.columns.find(({ classification }) => classification === "confidential")!;
      const table = `naru_test_curated_${set!.domain}.${set!.name}`;
      expect(given.get(`${table}.${column.name}`)).to.include({ classification: "confidential" });
      expect(given.get(table)!.classification).not.to.equal("confidential");
    });

    it("gives a database the strictest class of its columns, which derived tables inherit", () => {
      const classes = of("resourceLfTags:ResourceLfTags")
        .filter(({ inputs }) => inputs.database !== undefined)
        .map(({ inputs }) => [
          inputs.database.name,
          inputs.lfTags.find(({ key }: { key: string }) => key.endsWith("classification")).value,
        ]);
      const order = ["public", "internal", "confidential", "restricted"];
      for (const [database, value] of classes) {
        const [zone, ...domain] = database.replace("naru_test_", "").split("_");
        const columns = CONTRACTS.filter((set) => set.domain === domain.join("_"))
          .filter((set) => zone === "curated" || set.ingestion === "stream")
          .flatMap(storedColumns);
        const ranks = columns.map(({ classification }) => order.indexOf(classification));
        expect(value, database).to.equal(order[Math.max(...ranks)]);
      }
      expect(classes.map(([, value]) => value)).to.include.members(["internal", "confidential"]);
    });

    it("grants by tags and places only, each permission by name and in order: what AWS answers as it was asked", () => {
      const grants = of("permissions:Permissions").map(({ inputs }) => inputs);
      expect(grants.length).to.be.greaterThan(10);
      for (const { permissions, table, tableWithColumns, database } of grants) {
        expect([table, tableWithColumns, database]).to.deep.equal([undefined, undefined, undefined]);
        expect(permissions).not.to.include("ALL");
        expect(permissions).to.deep.equal([...permissions].sort());
      }
    });

    it("lets analysts see public and internal columns, engineers all, stewards grant", () => {
      const analyst = grant("analyst-tables");
      expect(analyst.permissions).to.deep.equal(["DESCRIBE", "SELECT"]);
      expect(analyst.lfTagPolicy.expressions[0]).to.deep.equal({
        key: "naru-test-classification",
        values: ["internal", "public"],
      });
      expect(
        grant("engineer-tables").lfTagPolicy.expressions.map(({ key }: { key: string }) => key),
      ).to.deep.equal(["naru-test-zone"]);
      expect(grant("steward-tables").permissionsWithGrantOptions).to.deep.equal(["DESCRIBE", "SELECT"]);
      expect(grant("analyst-tables").permissionsWithGrantOptions).to.equal(undefined);
    });

    it("holds analysts and engineers to the grants in every database, and nobody else", () => {
      const optIns = of("optIn:OptIn").map(({ inputs }) => inputs);
      const roles = new Set(optIns.map(({ principals }) => principals[0].dataLakePrincipalIdentifier));
      expect([...roles].map((arn) => arn.split("/").at(-1)).sort()).to.deep.equal([
        "naru-test-analyst",
        "naru-test-engineer",
      ]);
      const databases = stack.of("aws:glue/catalogDatabase:CatalogDatabase").length;
      expect(optIns).to.have.length(2 * 2 * databases);
    });

    it("leaves analysts no way to the objects past the grants", () => {
      const rights = stack.statements("lake-analyst");
      expect(JSON.stringify(rights)).not.to.match(/-(raw|curated)-\d/);
      expect(rights).to.deep.include({
        Effect: "Allow",
        Action: "lakeformation:GetDataAccess",
        Resource: "*",
      });
    });

    it("needs rights without a resource for its own actions only", () => {
      const own = wideRights(stack).filter((right) => /^(governance|lake)-/.test(right));
      expect(own).to.have.length(3);
      for (const right of own) expect(right).to.match(/: any resource for (lakeformation:|macie2:)/);
    });
  });

  describe("by Macie", () => {
    it("looks into the open zone each week, by a sample, and not where clear values are known to be", () => {
      const job = stack.one("aws:macie2/classificationJob:ClassificationJob", "governance-macie").inputs;
      expect(job).to.deep.include({
        jobType: "SCHEDULED",
        samplingPercentage: 5,
        scheduleFrequency: { weeklySchedule: "SUNDAY" },
      });
      const [{ buckets }] = job.s3JobDefinition.bucketDefinitions;
      expect(buckets.map((name: string) => name.replace("-123456789012-ap-northeast-2", ""))).to.deep.equal([
        "naru-test-raw",
        "naru-test-curated",
        "naru-test-query-results",
      ]);
      expect(JSON.stringify(job.s3JobDefinition.scoping.excludes)).to.contain('"errors/"');
    });

    it("may decrypt the lake by one grant, the only one that the key lets through", () => {
      const role =
        "arn:aws:iam::123456789012:role/aws-service-role/macie.amazonaws.com/AWSServiceRoleForAmazonMacie";
      const { granteePrincipal, operations, keyId } = stack.one(
        "aws:kms/grant:Grant",
        "governance-macie-decrypt",
      ).inputs;
      expect([granteePrincipal, operations]).to.deep.equal([role, ["Decrypt"]]);
      expect(keyId).to.match(/:keys-lake$/);
      const policy = (key: string) => JSON.parse(stack.one("aws:kms/key:Key", key).inputs.policy).Statement;
      const granting = policy("keys-lake").find(({ Sid }: { Sid: string }) => Sid === "GrantToMacieByIam");
      expect(granting.Condition).to.deep.equal({
        StringEquals: { "kms:GranteePrincipal": role },
        "ForAllValues:StringEquals": { "kms:GrantOperations": "Decrypt" },
      });
      expect(JSON.stringify(policy("keys-landing"))).not.to.contain("acie");
    });

    it("tells of findings by mail, without the value: kind, severity and place", () => {
      const { eventPattern } = stack.one(
        "aws:cloudwatch/eventRule:EventRule",
        "governance-macie-findings",
      ).inputs;
      expect(JSON.parse(eventPattern)["detail-type"]).to.deep.equal(["Macie Finding"]);
      const target = stack.one("aws:cloudwatch/eventTarget:EventTarget", "governance-macie-findings").inputs;
      expect(target.inputTransformer.inputTemplate).to.equal(
        '"Macie: <type> (<severity>) in s3://<bucket>/<key>, finding <id>"',
      );
      const mail = stack.one(
        "aws:sns/topicSubscription:TopicSubscription",
        "governance-macie-findings-0",
      ).inputs;
      expect(mail).to.include({ protocol: "email", endpoint: "a@example.com" });
    });

    it("publishes to a topic under the log key, which lets EventBridge write that topic", () => {
      const topic = stack.one("aws:sns/topic:Topic", "governance-macie-findings").inputs;
      expect(topic.kmsMasterKeyId).to.match(/:keys-logs$/);
      const { Statement } = JSON.parse(stack.one("aws:kms/key:Key", "keys-logs").inputs.policy);
      const findings = Statement.find(({ Sid }: { Sid: string }) => Sid === "FindingsOfThisStack");
      expect(findings.Principal).to.deep.equal({ Service: "events.amazonaws.com" });
      expect(JSON.stringify(findings.Condition)).to.contain(`:${topic.name}"`);
    });
  });

  describe("wrong arguments", () => {
    it("are told all at once", async () => {
      const message = await refusal(() =>
        make({ accountWide: true, alarmEmails: ["nobody"], macieSamplePercent: 0 }, false, TWO_CONTRACTS),
      );
      expect(message).to.contain('Governance "governance" has 4 wrong argument(s)');
      expect(message).to.contain(
        "lakeAdmins: is empty; name Lake Formation's administrators, the role that deploys",
      );
      expect(message).to.contain("give it columnGrants: true");
      expect(message).to.contain('alarmEmails[0]: is "nobody"');
      expect(message).to.contain("macieSamplePercent: is 0; write a whole number from 1 to 100 percent");
    });
  });
});

describe("dataIdentifiers", () => {
  const column = (changes: Partial<Column>): Column => ({
    ...CONTRACTS[0]!.columns[0]!,
    ...{ kind: "student-id", treatment: "pseudonymise", name: "student_id", sourceName: "학번" },
    businessName: "학생번호",
    ...changes,
  });
  const set = (...columns: Column[]): DataSet => ({ ...CONTRACTS[0]!, id: "sis.students", columns });

  it("find what the contracts' own detection finds", () => {
    const [resident, phone] = dataIdentifiers([]);
    for (const [{ regex }, within, value] of [
      [resident!, RESIDENT_WITHIN, "900101-1234568"],
      [phone!, PHONE_WITHIN, "010-7741-2093"],
      [phone!, PHONE_WITHIN, "+82 10 7741 2093"],
    ] as const) {
      expect(within.test(value)).to.equal(true);
      expect(new RegExp(`^${regex}$`).test(value), regex).to.equal(true);
    }
  });

  it("have the form of a contract's personal column, with its names as keywords", () => {
    const [, , student] = dataIdentifiers([set(column({ pattern: "^S[0-9]{9}$" }))]);
    expect(student).to.deep.include({
      label: "sis.students-student_id",
      regex: "S[0-9]{9}",
      keywords: ["학생번호", "student_id"],
    });
  });

  it("have no form of columns that are kept, have no pattern, or have one that Macie can't read", () => {
    const none = [
      { pattern: "(?<!A)S[0-9]+" },
      { pattern: "(S)\\1" },
      {},
      { pattern: "S", treatment: "keep" as const },
    ];
    expect(dataIdentifiers([set(...none.map(column))])).to.have.length(2);
  });

  it("have a form once, whatever the sets that share it", () => {
    const shared = set(
      column({ pattern: "S[0-9]{9}" }),
      column({ name: "advisor_id", pattern: "S[0-9]{9}" }),
    );
    expect(dataIdentifiers([shared])).to.have.length(3);
  });

  it("are all readable to Macie, which the detection's own expressions are not", () => {
    expect(dataIdentifiers(CONTRACTS).filter(({ regex }) => !isReadable(regex))).to.deep.equal([]);
    expect(isReadable(PHONE_WITHIN.source)).to.equal(false);
    expect(isReadable(EMAIL_WITHIN.source)).to.equal(false);
    expect(isReadable("a".repeat(513))).to.equal(false);
  });
});
