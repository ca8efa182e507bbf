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
import { objectSetting } from "./list";

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

/** `none`, or the JSON of a {@link DatabaseDefinition}; each wrong key is told at its place. */
export const databaseSetting = objectSetting(
  { item: definition, forms: DATABASE_FORMS, check: databaseProblems },
  WHOLE,
);

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
