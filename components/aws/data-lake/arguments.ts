/** What a lake is told, and what is wrong with it. */
import { checkNumber, checkText, type ArgumentProblem } from "../../arguments";
import type { Contracts } from "../../contract/model";
import { LIMITS } from "../../limits";
import { isEndpointId } from "../../network";
import { principalProblems } from "../../principal";
import type { EncryptionKeys } from "../foundation/encryption-keys";
import type { Network } from "../foundation/network";

export interface DataLakeArgs {
  /** Data sets of the lake; each becomes a table. */
  readonly contracts: Contracts;
  readonly keys: EncryptionKeys;
  /** GB that one analyst's query may scan. @default 100 */
  readonly analystScanLimitGb?: number;
  /** ARNs of those who may take the role `analyst`; none: the account's IAM decides. @default [] */
  readonly analysts?: readonly string[];
  /**
   * Analysts read tables by Lake Formation's grants only, column by column, and no object by themselves; a `Governance` that
   * is `accountWide` makes the grants.
   * @default false
   */
  readonly columnGrants?: boolean;
  /**
   * Days that files stay in landing, after which only pseudonymised data is left.
   * @default 30
   */
  readonly landingDays?: number;
  /**
   * Days that a file with clear values can be brought back after it was deleted, overwritten or has ended: so long it is
   * there longer than `landingDays`. Three outlast a weekend.
   * @default 3
   */
  readonly landingVersionDays?: number;
  /**
   * The only network in which landing's objects are read, written and listed, whoever asks; null: anywhere. Its settings
   * and, for `keys.admins`, the list of its objects stay within reach of who deploys.
   * @default null
   */
  readonly landingNetwork?: Network | null;
  /**
   * Endpoints of S3 (`vpce-…`) outside of `landingNetwork` through which landing is written and listed too: the way of a
   * closed network that comes over VPN or Direct Connect.
   * @default []
   */
  readonly landingEndpoints?: readonly string[];
  /** Ids of CSV sets that jobs import from tables of databases: a role for each may write its drops. @default [] */
  readonly imported?: readonly string[];
  /** Days that query results stay. @default 30 */
  readonly resultDays?: number;
  /** Days after which files of tables, and logs, move to Infrequent Access (30 or more). @default 90 */
  readonly infrequentAccessAfterDays?: number;
  /**
   * Days after which files of tables move on to Glacier Instant Retrieval, which queries read as they read Standard; 30 or
   * more behind `infrequentAccessAfterDays`.
   * @default 365
   */
  readonly archiveAfterDays?: number;
}

/** @returns each problem with its argument. */
export function lakeProblems(args: DataLakeArgs): (ArgumentProblem | undefined)[] {
  const repeated = repetitions(args.contracts.map(({ id }) => id));
  return [
    repeated.length === 0
      ? undefined
      : `contracts: holds ${repeated.join(", ")} more than once; give each data set once`,
    checkNumber("analystScanLimitGb", args.analystScanLimitGb, LIMITS.scanLimit),
    ...principalProblems("analysts", args.analysts ?? []),
    checkNumber("landingDays", args.landingDays, LIMITS.expireAfter),
    checkNumber("landingVersionDays", args.landingVersionDays, LIMITS.expireAfter),
    ...endpointProblems(args),
    ...importedProblems(args),
    checkNumber("resultDays", args.resultDays, LIMITS.expireAfter),
    checkNumber("infrequentAccessAfterDays", args.infrequentAccessAfterDays, LIMITS.infrequentAccessAfter),
    checkNumber("archiveAfterDays", args.archiveAfterDays, LIMITS.archiveAfter),
    checkOrder(args),
  ];
}

function endpointProblems({ landingEndpoints = [], landingNetwork = null }: DataLakeArgs) {
  return [
    ...landingEndpoints.map((id, at) =>
      checkText(`landingEndpoints[${at}]`, id, isEndpointId, "an id like vpce-0123456789abcdef0"),
    ),
    landingEndpoints.length === 0 || landingNetwork !== null
      ? undefined
      : "landingEndpoints: names ways into a network, but landingNetwork is null, so that landing is open to any way; " +
        "name the network, or leave the endpoints out",
  ];
}

function importedProblems({ imported = [], contracts }: DataLakeArgs) {
  const files = contracts.filter(({ ingestion }) => ingestion === "csv").map(({ id }) => id);
  return imported.map((id, at) =>
    files.includes(id)
      ? undefined
      : `imported[${at}]: is "${id}", which is no set of CSV files; write ` +
        (files.length === 0 ? "one in contracts first" : `one of ${files.join(", ")}`),
  );
}

/** S3 moves from Infrequent Access after 30 days there. */
function checkOrder({ infrequentAccessAfterDays = 90, archiveAfterDays = 365 }: DataLakeArgs) {
  const least = infrequentAccessAfterDays + 30;
  return archiveAfterDays >= least
    ? undefined
    : `archiveAfterDays: is ${archiveAfterDays}; write ${least} or more, 30 days behind infrequentAccessAfterDays ` +
        `(${infrequentAccessAfterDays})`;
}

function repetitions(ids: readonly string[]): string[] {
  return [...new Set(ids.filter((id, at) => ids.indexOf(id) !== at))];
}
