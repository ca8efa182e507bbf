/** Proves that personal values and keys stand nowhere outside the closed zone, in any byte on disk or in any log. */
import { join, relative } from "node:path";
import {
  paginateDescribeLogGroups,
  paginateFilterLogEvents,
  type CloudWatchLogsClient,
} from "@aws-sdk/client-cloudwatch-logs";
import { GenerateMacCommand, type KMSClient } from "@aws-sdk/client-kms";
import { ERRORS_PREFIX } from "../../components/aws/data-lake/errors-prefix";
import type { IdentifierKind } from "../../components/contract/model";
import { LOCAL_ACCOUNT } from "../local-cloud";
import { PATHS, ROOT } from "../paths";
import { parseS3Uri, type PlatformOutputs } from "../pipeline/outputs";
import { ByteSearch } from "./byte-search";
import { searchDisk, type Sighting } from "./disk-search";
import { patternsOf, patternsOfBytes } from "./encodings";

export interface LeakSearch {
  /** Values looked for. */
  readonly values: number;
  /** Byte strings looked for: every spelling of every value. */
  readonly patterns: number;
  readonly files: number;
  readonly bytes: number;
  /** Folders where clear values belong, relative to the checkout. */
  readonly closedZone: readonly string[];
  /** Values found there: proof that the search finds. */
  readonly foundInClosedZone: number;
  /** Values that must be in landing and were not found: a search that finds nothing proves nothing. */
  readonly missingInLanding: number;
  /** Files outside the closed zone in which one was found; must be empty. */
  readonly leaks: readonly { readonly file: string; readonly spellings: readonly string[] }[];
}

export interface LeakSearchArgs {
  /** Every personal value of the input. */
  readonly values: readonly string[];
  /** Those of them that stand in the files dropped into landing. */
  readonly inLanding: readonly string[];
  /** Key material of the pseudonyms, from {@link epochKeys}. */
  readonly keys: readonly Buffer[];
  readonly outputs: PlatformOutputs;
  /** Text of the log groups, from {@link allLogs}; absent when they are on disk. */
  readonly logs?: string;
}

export async function searchLeaks({
  values,
  inLanding,
  keys,
  outputs,
  logs,
}: LeakSearchArgs): Promise<LeakSearch> {
  const patterns = [...patternsOf(values), ...patternsOfBytes(keys.flatMap(withPads))];
  const search = new ByteSearch(patterns);
  const closed = closedZone(outputs);
  const found = await searchDisk(search, SEARCHED, ROOT);
  const isClosed = ({ file }: Sighting) =>
    closed.some((folder) => file === folder || file.startsWith(`${folder}/`));
  const inClosed = new Set(
    found.sightings.filter(isClosed).flatMap((sighting) => sighting.patterns.map(({ value }) => value)),
  );
  const leaks = found.sightings.filter((sighting) => !isClosed(sighting));
  const inLogs = logs === undefined ? [] : search.find(Buffer.from(logs));
  return {
    values: values.length + keys.length,
    patterns: patterns.length,
    files: found.files,
    bytes: found.bytes,
    closedZone: closed,
    foundInClosedZone: inClosed.size,
    missingInLanding: inLanding.filter((value) => !inClosed.has(values.indexOf(value))).length,
    leaks: [
      ...leaks.map((sighting) => ({ file: sighting.file, spellings: spellingsOf(sighting.patterns) })),
      ...(inLogs.length > 0 ? [{ file: "log groups", spellings: spellingsOf(inLogs) }] : []),
    ],
  };
}

/** All that a run writes; installed software is left out, since it was there before any value. */
const SEARCHED = [
  PATHS.cloud,
  ...["functions", "own-contract"].map((name) => join(PATHS.own, name)),
  PATHS.report,
  PATHS.dashboard,
];

/** Landing and its noncurrent versions, the error output of streams with personal data, and the stream's own state. */
function closedZone({ zones }: PlatformOutputs): string[] {
  const objects = join(PATHS.cloud, "s3", LOCAL_ACCOUNT);
  const versions = join(PATHS.cloud, "s3", ".versions", LOCAL_ACCOUNT);
  const landing = parseS3Uri(zones.landing).bucket;
  return [
    join(objects, landing),
    join(versions, landing),
    join(objects, parseS3Uri(zones.raw).bucket, ERRORS_PREFIX),
    join(PATHS.cloud, "state", "kinesis.json"),
  ].map((path) => relative(ROOT, path));
}

function spellingsOf(patterns: readonly { encoding: string }[]): string[] {
  return [...new Set(patterns.map(({ encoding }) => encoding))].sort();
}

/** The epoch keys that the run's pseudonyms were made with, asked of KMS as the pseudonymiser asks. */
export async function epochKeys(
  kms: KMSClient,
  keyId: string,
  kinds: readonly IdentifierKind[],
  epoch: number,
): Promise<Buffer[]> {
  return Promise.all(
    kinds.map(async (kind) => {
      const Message = Buffer.from(`naru/v1/${kind}/${epoch}`);
      const { Mac } = await kms.send(
        new GenerateMacCommand({ KeyId: keyId, MacAlgorithm: "HMAC_SHA_256", Message }),
      );
      return Buffer.from(Mac!);
    }),
  );
}

const HMAC_BLOCK_BYTES = 64;

/** A key, and the two pads that an HMAC makes of it: whoever has a pad has the key. */
function withPads(key: Buffer): Buffer[] {
  const block = Buffer.concat([key, Buffer.alloc(HMAC_BLOCK_BYTES - key.length)]);
  const pad = (byte: number) => Buffer.from(block.map((value) => value ^ byte)).subarray(0, key.length);
  return [key, pad(0x36), pad(0x5c)];
}

/** Text of every log group's events, page by page. */
export async function allLogs(logs: CloudWatchLogsClient): Promise<string> {
  const texts: string[] = [];
  for await (const { logGroups = [] } of paginateDescribeLogGroups({ client: logs }, {})) {
    for (const { logGroupName } of logGroups) {
      for await (const { events = [] } of paginateFilterLogEvents({ client: logs }, { logGroupName })) {
        texts.push(...events.map(({ message }) => message ?? ""));
      }
    }
  }
  return texts.join("\n");
}
