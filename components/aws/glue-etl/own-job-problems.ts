/** What is wrong with a team's own jobs. */
import { existsSync } from "node:fs";
import { basename } from "node:path";
import { checkText, type ArgumentProblem } from "../../arguments";
import { CRAWL_SCHEDULE_FORM, isCrawlSchedule } from "../../schedule";
import type { DataLake } from "../data-lake";
import type { OwnJob } from "./own-jobs";
import { jobRunProblems } from "./problems";

type Problems = (ArgumentProblem | undefined)[];

/** Names that curation has, and the stream beside it. */
const TAKEN = /^(curate|quality|course-events|(nightly|drops|import)(-.*)?)$/;
const NAME = /^[a-z][a-z0-9-]{0,39}$/;
/** As S3 keys that need no escaping in a pattern or an ARN. */
const FOLDER = /^([A-Za-z0-9_=.-]+\/)+$/;
const PLACE = /^(curated\/([A-Za-z0-9_=.-]+\/)*|raw\/([A-Za-z0-9_=.-]+\/)+)$/;
/** What the script is told without being asked. */
const PLACES = ["--raw", "--curated", "--target", "--checkpoint"];

export function ownJobProblems(lake: DataLake, jobs: readonly OwnJob[]): Problems {
  const names = jobs.map(({ name }) => name);
  return jobs.flatMap((job, at) => [
    names.indexOf(job.name) < at
      ? `jobs[${at}].name: is "${job.name}" again; give each job a name of its own`
      : undefined,
    ...problemsOf(lake, job).map((problem) => problem && `jobs[${at}].${problem}`),
    ...overlapping(jobs, at).map((problem) => `jobs[${at}].${problem}`),
  ]);
}

function problemsOf(lake: DataLake, job: OwnJob): Problems {
  const { reads = ["curated/"], libraries = [] } = job;
  return [
    checkText(
      "name",
      job.name,
      (name) => NAME.test(name) && !TAKEN.test(name),
      "up to 40 lower-case letters, digits and hyphens, a letter first, and none of the platform's names",
    ),
    checkText("script", job.script, (file) => isFile(file, /\.py$/), "a Python file that is there"),
    ...libraries.map((library, at) =>
      checkText(
        `libraries[${at}]`,
        library,
        (file) => isFile(file, /\.(zip|whl|py)$/),
        "a file that is there and ends in .zip, .whl or .py",
      ),
    ),
    ...twice([job.script, ...libraries].map((file) => basename(file))).map(
      (file) => `libraries: two files are called ${file}; give each a name of its own`,
    ),
    ...reads.map((place, at) => readProblem(`reads[${at}]`, place)),
    reads.length === 0
      ? 'reads: is empty; write a folder such as "curated/lms/", or leave it out for all of curated'
      : undefined,
    ...writeProblems(lake, job.writes),
    ...Object.keys(job.arguments ?? {}).map((name) =>
      PLACES.includes(name)
        ? `arguments: has "${name}", which the job is told anyway; leave it out`
        : undefined,
    ),
    ...connectionProblems(job),
    checkText("schedule", job.schedule, isCrawlSchedule, CRAWL_SCHEDULE_FORM),
    job.schedule !== undefined && job.kind === "streaming"
      ? "schedule: is given for a streaming job, which runs until it is stopped; leave it out"
      : undefined,
    ...jobRunProblems(job),
  ];
}

function isFile(file: string, form: RegExp): boolean {
  return form.test(file) && existsSync(file);
}

function readProblem(argument: string, place: string): ArgumentProblem | undefined {
  if (place.startsWith("raw/errors/")) {
    return `${argument}: is "${place}", which holds what could not be pseudonymised; write another folder`;
  }
  return checkText(
    argument,
    place,
    (text) => PLACE.test(text),
    "raw/<folder>/, curated/ or curated/<folder>/: landing is for pseudonymisers only",
  );
}

/** A table of a contract is its own job's to write. */
function writeProblems(lake: DataLake, writes: string | undefined): Problems {
  if (writes === undefined) return [];
  if (!FOLDER.test(writes)) {
    return [
      `writes: is "${writes}"; write a folder of curated with a slash behind, e.g. lms/live_page_views/`,
    ];
  }
  const own = [...lake.contracts.map((dataSet) => lake.folder(dataSet)), "ops/", "lineage/"];
  const taken = own.find((folder) => overlap(folder, writes));
  return [
    taken === undefined
      ? undefined
      : `writes: is "${writes}", and ${taken} is the platform's to write; write a folder without a contract`,
  ];
}

/** Two jobs that replace each other's files would each undo the other. */
function overlapping(jobs: readonly OwnJob[], at: number): string[] {
  const { writes } = jobs[at]!;
  if (writes === undefined) return [];
  const other = jobs
    .slice(0, at)
    .find((before) => before.writes !== undefined && overlap(before.writes, writes));
  return other === undefined
    ? []
    : [`writes: is "${writes}", where ${other.name} writes too; give each job a folder of its own`];
}

function overlap(left: string, right: string): boolean {
  return left.startsWith(right) || right.startsWith(left);
}

/** What a source behind a connection holds, nobody sees here; what a job writes, all analysts do. */
function connectionProblems({ connections = [], personalData, name }: OwnJob): Problems {
  return [
    connections.length > 0 && personalData !== "none"
      ? 'personalData: is missing; write "none" where the connections lead to no data about people: what a job writes is ' +
        "open. Data about people comes in by a contract, over landing"
      : undefined,
    connections.length === 0 && personalData !== undefined
      ? `personalData: says something of connections, and ${name} has none; leave it out`
      : undefined,
  ];
}

function twice(all: readonly string[]): string[] {
  return [...new Set(all.filter((one, at) => all.indexOf(one) !== at))];
}
