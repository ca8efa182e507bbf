/** Nothing that a role is granted lies idle: the run and the tests before this one used it, or a reason is written down. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ListRolesCommand } from "@aws-sdk/client-iam";
import { expect } from "chai";
import { parse } from "yaml";
import { CloudClients } from "../../local/endpoints";
import { runningEndpoints } from "../../local/local-cloud";
import { RoleRights } from "../../local/proof/rights/role-rights";
import { readRights } from "../../local/rights";

export const IDLE_FILE = join(__dirname, "idle-rights.yaml");

/** Rights that no run here uses, and why they are granted nevertheless. */
export interface IdleRights {
  readonly reason: string;
  /** Role without project and stack, to actions. */
  readonly rights: Readonly<Record<string, readonly string[]>>;
}

export function readIdleRights(): readonly IdleRights[] {
  return parse(readFileSync(IDLE_FILE, "utf8")) as readonly IdleRights[];
}

const PREFIX = "naru-local-";

/** The last to try anything on the platform that is up. */
export function leavesNoRightIdle(): void {
  it("grants no right that is neither used nor explained, and explains none that is used or not granted", async () => {
    const { iam } = new CloudClients(runningEndpoints());
    const { Roles = [] } = await iam.send(new ListRolesCommand({ MaxItems: 1000 }));
    const granted = new Set<string>();
    for (const { RoleName } of Roles.filter(({ RoleName: name }) => name!.startsWith(PREFIX))) {
      const { actions } = await RoleRights.of(iam, RoleName!);
      actions.forEach((action) => granted.add(`${RoleName!.slice(PREFIX.length)} ${action}`));
    }
    const used = new Set(
      readRights()
        .filter(({ role, granted: by }) => by !== null && role.startsWith(PREFIX))
        .map(({ role, action }) => `${role.slice(PREFIX.length)} ${action}`),
    );
    const explained = new Set(
      readIdleRights().flatMap(({ rights }) =>
        Object.entries(rights).flatMap(([role, actions]) => actions.map((action) => `${role} ${action}`)),
      ),
    );
    const idle = [...granted].filter((right) => !used.has(right) && !explained.has(right));
    const wrong = [...explained].filter((right) => used.has(right) || !granted.has(right));
    expect({ idle, wrong, unknown: [...used].filter((right) => !granted.has(right)) }).to.deep.equal({
      idle: [],
      wrong: [],
      unknown: [],
    });
  });
}
