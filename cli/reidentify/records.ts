/** The records that each use of the re-identifier leaves: who, when, why and how many; never a value in clear. */
import { randomUUID } from "node:crypto";
import { PutObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import { RECORDS } from "../../components/aws/reidentification/places";
import type { Person } from "./look-up";
import type { Stack } from "./stack";

/** Raised when a reader of the records would have to change. */
const RECORD_VERSION = 1;

/** Records of one use: what was asked, before anything is read, and what was answered, before anything is shown. */
export class Records {
  private readonly id = randomUUID();

  constructor(
    private readonly s3: S3Client,
    private readonly stack: Stack,
    private readonly reason: string,
  ) {}

  /** The pseudonyms are part of it: they tell whose data was looked at, to those who can turn them back. */
  async asked(pseudonyms: readonly string[]): Promise<void> {
    await this.put("asked", { reason: this.reason, asked: pseudonyms.length, pseudonyms });
  }

  async answered(people: readonly Person[]): Promise<void> {
    const dataSets = [...new Set(people.flatMap(({ dataSets }) => dataSets))].sort();
    await this.put("answered", { found: people.length, dataSets });
  }

  private async put(what: string, facts: Record<string, unknown>): Promise<void> {
    const at = new Date().toISOString();
    const { name, caller, session, places } = this.stack;
    const record = { version: RECORD_VERSION, id: this.id, what, at, stack: name, caller, session, ...facts };
    try {
      await this.s3.send(
        new PutObjectCommand({
          Bucket: places.auditBucket,
          Key: `${RECORDS}${at.slice(0, 10).replaceAll("-", "/")}/${at}-${this.id}-${what}.json`,
          Body: `${JSON.stringify(record)}\n`,
          ContentType: "application/json",
          IfNoneMatch: "*",
        }),
      );
    } catch (cause) {
      throw new Error(`No record could be left, so nothing is told: ${(cause as Error).message}`, { cause });
    }
  }
}
