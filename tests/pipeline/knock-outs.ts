/** A role that lacks one action fails by name. `npm run proof:rights` takes away every right that a run uses; these are some. */
import { GetObjectCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { StartExecutionCommand } from "@aws-sdk/client-sfn";
import { expect } from "chai";
import { CloudClients } from "../../local/endpoints";
import { runningEndpoints } from "../../local/local-cloud";
import { AthenaWorkgroup } from "../../local/pipeline/athena";
import { isNamed, knockOut } from "../../local/proof/rights/knock-out";
import { findPlaces, type Places } from "./places";
import { SCRATCH } from "./role-attempts";

interface Case {
  readonly role: string;
  readonly action: string;
  readonly work: (me: CloudClients, places: Places) => Promise<unknown>;
}

const select = ({ athena }: CloudClients, { workgroup, sql }: Places) =>
  new AthenaWorkgroup(athena, workgroup("analysts")).query(sql.count);
const build = ({ athena }: CloudClients, { workgroup, sql }: Places) =>
  new AthenaWorkgroup(athena, workgroup("transform")).execute(sql.build);

const CASES: readonly Case[] = [
  {
    role: "loader",
    action: "s3:PutObject",
    work: ({ s3 }, { bucket }) =>
      s3.send(new PutObjectCommand({ Bucket: bucket("landing"), Key: `${SCRATCH}a.csv`, Body: "a test" })),
  },
  { role: "analyst", action: "athena:StartQueryExecution", work: select },
  { role: "analyst", action: "glue:GetTable", work: select },
  { role: "analyst", action: "s3:GetObject", work: select },
  { role: "analyst", action: "s3:PutObject", work: select },
  { role: "transform", action: "glue:CreateTable", work: build },
  {
    role: "engineer",
    action: "states:StartExecution",
    work: ({ sfn }, { machine }) => sfn.send(new StartExecutionCommand({ stateMachineArn: machine })),
  },
  {
    role: "steward",
    action: "s3:GetObject",
    work: ({ s3 }, { objects }) => s3.send(new GetObjectCommand(objects.report)),
  },
];

/** The last that use the platform: a query of which a part is refused may leave files behind. */
export function namesWhatARoleLacks(): void {
  for (const { role, action, work } of CASES) {
    it(`tells ${role} without ${action} by role, action and resource`, async () => {
      const root = new CloudClients(runningEndpoints());
      const places = await findPlaces(root);
      // A session of its own: what others were allowed is kept for some seconds.
      const me = await root.assume(places.role(role), `lacks-${action.replace(":", "-")}`);
      const arn = places.role(role);
      const right = { role: arn.slice(arn.lastIndexOf("/") + 1), action };
      const outcome = await knockOut(root.iam, right, async () => void (await work(me, places)));
      expect(isNamed(outcome), outcome.message ?? "nothing failed").to.equal(true);
    });
  }
}
