/** The setting `naru:database`: a relational database beside the lake, and the streams whose events become its rows. */
import { z } from "zod";
import {
  DATABASE_ENGINES,
  DATABASE_FORMS,
  DATABASE_SIZES,
  databaseProblems,
  WORKLOADS,
  type DatabaseDefinition,
} from "../database";
import { networkOf, SECRET_ENDPOINT, type EndpointService } from "../network";
import type { Given } from "./fields";
import { listSetting } from "./list";

const definition: z.ZodType<DatabaseDefinition> = z.strictObject({
  engine: z.enum(DATABASE_ENGINES),
  version: z.string().optional(),
  workload: z.enum(WORKLOADS).optional(),
  size: z.enum(DATABASE_SIZES).optional(),
  storage: z.enum(["gp3", "io2"]).optional(),
  storageGb: z.number().optional(),
  storageLimitGb: z.number().optional(),
  iops: z.number().optional(),
  multiAz: z.boolean().optional(),
  readers: z.number().optional(),
  backupDays: z.number().optional(),
  proxy: z.boolean().optional(),
  streams: z.array(z.string()).optional(),
  batchSize: z.number().optional(),
  batchSeconds: z.number().optional(),
  retries: z.number().optional(),
  personalData: z.enum(["pseudonyms", "clear"]).optional(),
});

const WHOLE =
  "none, or an object with engine and, where wanted, " + Object.keys(DATABASE_FORMS).slice(1).join(", ");

const one = listSetting({ item: definition, forms: DATABASE_FORMS, check: databaseProblems }, WHOLE);

/** `none`, or the JSON of a {@link DatabaseDefinition}; each wrong key is told at its place. */
export const databaseSetting = z.string().transform((text, context): DatabaseDefinition | "none" => {
  if (text === "none") return text;
  const read = one.safeParse(`[${text}]`);
  if (read.success && read.data.length === 1) return read.data[0]!;
  const issues = read.success ? [{ path: [], message: `must be ${WHOLE}` }] : read.error.issues;
  for (const { path, message } of issues) {
    // Without the place in the list of one that it is read as.
    context.addIssue({ code: "custom", path: path.slice(1), message });
  }
  return z.NEVER;
});

/** The consumers read the database's login in the closed subnets. */
export function databaseEndpoints({ database = "none" }: Partial<Given>): readonly EndpointService[] {
  return database === "none" ? [] : [SECRET_ENDPOINT];
}

/** What the setting says beside others. */
export function databaseContradictions(given: Partial<Given>, namespace: string): string[] {
  if ((given.database ?? "none") === "none") return [];
  const whole = `${namespace}:database: `;
  if (given.stage === "local")
    return localProblems(given.database as DatabaseDefinition).map((what) => whole + what);
  return networkOf(given) === "none"
    ? [
        `${whole}names a database, which stands in a network, but ${namespace}:network is none. Fix: pulumi config set ` +
          `${namespace}:network own`,
      ]
    : [];
}

/** A local stack has one real engine, in no network, and every file beside landing is searched for clear values. */
function localProblems({ engine, proxy, personalData }: DatabaseDefinition): string[] {
  return [
    ...(engine === "postgresql"
      ? []
      : [`engine is "${engine}", which does not run in a local stack; write postgresql`]),
    ...(proxy === true ? ["proxy is true, but a local stack has none; leave it out"] : []),
    ...(personalData === "clear"
      ? ["personalData is clear, but a local stack searches its database for clear values; write pseudonyms"]
      : []),
  ];
}
