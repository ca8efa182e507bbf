/** Proves that personal values and keys stand nowhere outside the closed zone, in any byte on disk or in any log. */
import { join, relative } from "node:path";
import {
  paginateDescribeLogGroups,
  paginateFilterLogEvents,
  type CloudWatchLogsClient,
} from "@aws-sdk/client-cloudwatch-logs";
import { ERRORS_PREFIX } from "../../components/aws/data-lake/folders";
import { LOCAL_ACCOUNT } from "../local-cloud";
import { PATHS, ROOT } from "../paths";
import { parseS3Uri, type PlatformOutputs } from "../pipeline/outputs";
import { ByteSearch, type Pattern } from "./byte-search";
import { type KnownContents, searchDisk, type Sighting } from "./disk-search";
import { patternsOf, patternsOfBytes } from "./encodings";
import { withPads } from "./key-material";

export interface LeakSearch {
  /** Values looked for. */
  readonly values: number;
  /** Byte strings looked for: every spelling of every value. */
  readonly patterns: number;
  readonly files: number;
  /** Bytes of the files as they lie on disk. */
  readonly bytes: number;
  /** Bytes looked through: those, and what Parquet, gzip and zip hold. */
  readonly searchedBytes: number;
  /** Folders where clear values belong, relative to the checkout. */
  readonly closedZone: readonly string[];
  /** Values found there: proof that the search finds. */
  readonly foundInClosedZone: number;
  /** Those of them that stand in what turns pseudonyms back; absent where the stack keeps none. */
  readonly foundForReidentification?: number;
  /** Values that must be in landing and were not found: a search that finds nothing proves nothing. */
  readonly missingInLanding: number;
  /** Files outside the closed zone in which one was found; must be empty. */
  readonly leaks: readonly { readonly file: string; readonly spellings: readonly string[] }[];
}

export interface LeakProofArgs {
  /** Every personal value of the input. */
  readonly values: readonly string[];
  /** Those of them that stand in the files dropped into landing. */
  readonly inLanding: readonly string[];
  /** Key material of the pseudonyms: epoch keys. */
  readonly keys: readonly Buffer[];
  readonly outputs: PlatformOutputs;
}

/** Prepared once, as millions of spellings take a while; searches as often as the disk has changed. */
export class LeakProof {
  private readonly numbers: ReadonlyMap<string, number>;
  private readonly search: ByteSearch;
  /** What an earlier run went through; files that did not change are not searched again. */
  private readonly known: KnownContents = new Map();

  constructor(private readonly args: LeakProofArgs) {
    const { values, keys } = args;
    this.numbers = new Map(values.map((value, number) => [value, number]));
    // Keys are numbered behind the values: a key that is found is no value that is found.
    const secrets = patternsOfBytes(keys.flatMap(withPads), values.length);
    this.search = new ByteSearch([patternsOf(values), secrets]);
  }

  /** @param logs text of the log groups, from {@link allLogs}; absent when they are on disk. */
  async run(logs?: string): Promise<LeakSearch> {
    const { values, inLanding, keys, outputs } = this.args;
    const closed = closedZone(outputs);
    const found = await searchDisk(this.search, SEARCHED, ROOT, this.known);
    const isClosed = ({ file }: Sighting) =>
      closed.some((folder) => file === folder || file.startsWith(`${folder}/`));
    const inClosed = new Set<number>();
    for (const { patterns } of found.sightings.filter(isClosed)) {
      for (const { value } of patterns) if (value < values.length) inClosed.add(value);
    }
    const leaks = found.sightings.filter((sighting) => !isClosed(sighting));
    const turningBack = reidentificationFolder(outputs);
    const inLogs = logs === undefined ? [] : this.search.find(Buffer.from(logs));
    return {
      values: values.length + keys.length,
      patterns: this.search.patterns,
      files: found.files,
      bytes: found.bytes,
      searchedBytes: found.searchedBytes,
      closedZone: closed,
      foundInClosedZone: inClosed.size,
      ...(turningBack !== undefined && {
        foundForReidentification: valuesBelow(turningBack, found.sightings, values.length),
      }),
      missingInLanding: inLanding.filter((value) => !inClosed.has(this.numbers.get(value)!)).length,
      leaks: [
        ...leaks.map((sighting) => ({ file: sighting.file, spellings: spellingsOf(sighting.patterns) })),
        ...(inLogs.length > 0 ? [{ file: "log groups", spellings: spellingsOf(inLogs) }] : []),
      ],
    };
  }
}

/** All that a run writes; installed software is left out, since it was there before any value. */
const SEARCHED = [
  PATHS.cloud,
  PATHS.database,
  ...["functions", "own-contract"].map((name) => join(PATHS.own, name)),
  PATHS.report,
  PATHS.dashboard,
];

/**
 * Landing and its noncurrent versions, what turns pseudonyms back, the error output of streams with personal data, what a database
 * refused, and the stream's own state.
 */
function closedZone(outputs: PlatformOutputs): string[] {
  const { zones } = outputs;
  const failures = outputs.database?.failures;
  const objects = join(PATHS.cloud, "s3", LOCAL_ACCOUNT);
  const versions = join(PATHS.cloud, "s3", ".versions", LOCAL_ACCOUNT);
  const landing = parseS3Uri(zones.landing).bucket;
  const turningBack = reidentificationFolder(outputs);
  return [
    join(objects, landing),
    join(versions, landing),
    join(objects, parseS3Uri(zones.raw).bucket, ERRORS_PREFIX),
    join(PATHS.cloud, "state", "kinesis.json"),
    // Topics hold events as they came, like streams.
    ...((outputs.kafka ?? null) === null ? [] : [join(PATHS.cloud, "kafka", "data")]),
  ]
    .map((path) => relative(ROOT, path))
    .concat(turningBack === undefined ? [] : [turningBack])
    .concat(failures === undefined ? [] : [relative(ROOT, join(objects, parseS3Uri(failures).bucket))]);
}

function reidentificationFolder({ reidentification }: PlatformOutputs): string | undefined {
  if (reidentification === undefined) return undefined;
  return relative(ROOT, join(PATHS.cloud, "s3", LOCAL_ACCOUNT, parseS3Uri(reidentification).bucket));
}

/** How many of the values, which are numbered before the keys, were seen below a folder. */
function valuesBelow(folder: string, sightings: readonly Sighting[], values: number): number {
  const below = sightings.filter(({ file }) => file.startsWith(`${folder}/`));
  const numbers = below.flatMap(({ patterns }) => patterns.map(({ value }) => value));
  return new Set(numbers.filter((value) => value < values)).size;
}

function spellingsOf(patterns: readonly Pattern[]): string[] {
  return [...new Set(patterns.map(({ encoding }) => encoding))].sort();
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
