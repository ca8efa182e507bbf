/** Each role of the platform that is up tries everything: what it needs works, and all else is refused. */
import { DeleteObjectCommand } from "@aws-sdk/client-s3";
import { expect } from "chai";
import { CloudClients } from "../../local/endpoints";
import { runningEndpoints } from "../../local/local-cloud";
import { listKeys } from "../../local/pipeline/objects";
import { findPlaces, type Places } from "./places";
import { ATTEMPTS, ROLES, SCRATCH, type TriedRole } from "./role-attempts";

/** The program's own names of the roles. */
const NAMES: Readonly<Record<TriedRole, string>> = {
  loader: "loader",
  analyst: "analyst",
  engineer: "engineer",
  steward: "steward",
  redriver: "redriver",
  function: "pseudonymise-lms-requests",
  jobs: "pseudonymiser",
};

/** Fewer would leave neighbours untried. */
const REFUSED_AT_LEAST = 20;

/** After tests that leave an audit record. No hooks: they would run when the platform is not up yet, or has ended. */
export function refusesWhatNobodyNeeds(): void {
  for (const role of ROLES) {
    it(`lets ${role} do what it needs, and refuses it all else`, async () => {
      const root = new CloudClients(runningEndpoints());
      const places = await findPlaces(root);
      const me = await root.assume(places.role(NAMES[role]), "least-privilege");
      const wrong: string[] = [];
      let refused = 0;
      for (const { what, may, run, undo } of ATTEMPTS) {
        const error = await run(me, places).then(
          () => undefined,
          (reason: Error) => reason,
        );
        const needed = may.includes(role);
        if (!needed && isDenied(error)) refused += 1;
        else if (!needed) wrong.push(`${what}: not refused (${error?.message ?? "done"})`);
        else if (error !== undefined) wrong.push(`${what}: ${error.name}: ${error.message}`);
        if (error === undefined) await undo?.(root, places);
      }
      await removeScratch(root, places);
      expect(wrong).to.deep.equal([]);
      expect(refused).to.be.at.least(REFUSED_AT_LEAST);
    });
  }
}

/** Athena says it as the reason of a query that failed. */
function isDenied(error: Error | undefined): boolean {
  return (
    error !== undefined && /AccessDenied|not authorized to perform/.test(`${error.name} ${error.message}`)
  );
}

async function removeScratch({ s3 }: CloudClients, { bucket }: Places): Promise<void> {
  for (const part of ["landing", "curated", "reidentification", "jobs"]) {
    const keys = await listKeys(s3, bucket(part), "");
    for (const Key of keys.filter((key) => key.includes(SCRATCH))) {
      await s3.send(new DeleteObjectCommand({ Bucket: bucket(part), Key }));
    }
  }
}
