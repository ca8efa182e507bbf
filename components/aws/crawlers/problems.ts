/** What is wrong with crawlers' definitions, with what to write instead. */
import { checkText, type ArgumentProblem } from "../../arguments";
import { isCrawlSchedule, CRAWL_SCHEDULE_FORM } from "../../schedule";
import type { DataLake } from "../data-lake";
import { isLakeFolder, type Classifier, type CrawlerDefinition, type LakeFolder } from "./definition";

/** Glue API, `S3Target` and `CsvClassifier`: one character is one of these, never a line's end. */
const ONE_CHARACTER = /^[^\r\n]$/;
const NAME = /^[a-z][a-z0-9-]{0,29}$/;
/** As S3 keys that need no escaping in a pattern or an ARN. */
const FOLDER = /^([A-Za-z0-9_=.-]+\/)+$/;
/** Glue API, `GrokClassifier`: 2048 characters for the pattern. */
const LONGEST_PATTERN = 2048;

export function crawlerProblems(
  lake: DataLake,
  crawlers: readonly CrawlerDefinition[],
): (ArgumentProblem | undefined)[] {
  const names = crawlers.map(({ name }) => name);
  return [
    crawlers.length === 0 ? "crawlers: is empty; leave the component out" : undefined,
    ...crawlers.flatMap((crawler, at) => problemsOf(lake, crawler, `crawlers[${at}]`)),
    ...crawlers.map(({ name }, at) =>
      names.indexOf(name) < at
        ? `crawlers[${at}].name: is "${name}" again; give each crawler a name of its own`
        : undefined,
    ),
  ];
}

function problemsOf(lake: DataLake, crawler: CrawlerDefinition, at: string): (ArgumentProblem | undefined)[] {
  const { target, mode = "everything" } = crawler;
  return [
    checkText(`${at}.name`, crawler.name, (name) => NAME.test(name), NAME_FORM),
    ...(isLakeFolder(target)
      ? folderProblems(lake, target, `${at}.target`)
      : sourceProblems(crawler, `${at}.target`)),
    checkText(`${at}.schedule`, crawler.schedule, isCrawlSchedule, CRAWL_SCHEDULE_FORM),
    // Glue API, CreateCrawler: a crawl of new folders takes LOG for both behaviours.
    mode === "new-folders" && (crawler.onChange ?? "log") !== "log"
      ? `${at}.onChange: is "${crawler.onChange}"; leave it out with mode "new-folders", where Glue only logs changes`
      : undefined,
    mode === "new-folders" && (crawler.onDelete ?? "log") !== "log"
      ? `${at}.onDelete: is "${crawler.onDelete}"; leave it out with mode "new-folders", where Glue only logs deletions`
      : undefined,
    mode !== "everything" && !isLakeFolder(target)
      ? `${at}.mode: is "${mode}"; leave it out: only folders of the lake have new folders and events`
      : undefined,
    checkText(
      `${at}.tablePrefix`,
      crawler.tablePrefix,
      (prefix) => /^[a-z0-9_]{0,128}$/.test(prefix),
      "lower case letters, digits and underscores, up to 128 (Glue API, CreateCrawler)",
    ),
    ...(crawler.classifiers ?? []).flatMap((classifier, index) =>
      classifierProblems(classifier, `${at}.classifiers[${index}]`),
    ),
  ];
}

const NAME_FORM = "lower case letters, digits and hyphens, from a letter on, up to 30";

/** Contract first: what a contract describes has its table already, and closed folders are not for a catalogue. */
function folderProblems(lake: DataLake, target: LakeFolder, at: string): (ArgumentProblem | undefined)[] {
  const { zone, folder } = target;
  if (zone !== "raw" && zone !== "curated")
    return [`${at}.zone: is "${String(zone)}", ${closedReason(zone)}`];
  if (!FOLDER.test(folder)) {
    return [
      `${at}.folder: is "${folder}"; write a folder below the zone's root with a slash behind, e.g. partner/ratings/`,
    ];
  }
  if (zone === "raw" && folder.startsWith("errors/")) {
    return [
      `${at}.folder: is "${folder}", which holds what delivery could not pseudonymise; write another folder`,
    ];
  }
  const described = lake.contracts.filter((dataSet) => {
    const own = lake.folder(dataSet);
    return own.startsWith(folder) || folder.startsWith(own);
  });
  return [
    described.length === 0
      ? undefined
      : `${at}.folder: is "${folder}", where ${described.map(({ id }) => id).join(", ")} has its table from a contract; ` +
        "write a folder without contracts",
  ];
}

function closedReason(zone: unknown): string {
  return zone === "landing"
    ? "which is closed: only pseudonymisers read it, and a crawled table stands in an open catalogue; describe its " +
        "files instead (naru contract from-csv FILE), or write raw or curated"
    : "which holds no tables; write raw or curated";
}

function sourceProblems({ target }: CrawlerDefinition, at: string): (ArgumentProblem | undefined)[] {
  if (isLakeFolder(target)) return [];
  const { kind } = target.connection;
  return [
    kind === "JDBC" || kind === "MONGODB"
      ? undefined
      : `${at}.connection: is of kind ${kind}, which Glue does not crawl; write one of kind JDBC or MONGODB`,
    checkText(
      `${at}.path`,
      target.path,
      (path) => /^[^/]+(\/[^/]+){1,2}$/.test(path),
      "<database>/<schema>/<table> with % for any, or <database>/<collection>",
    ),
  ];
}

function classifierProblems(classifier: Classifier, at: string): (ArgumentProblem | undefined)[] {
  const one = (value: string) => ONE_CHARACTER.test(value);
  switch (classifier.format) {
    case "csv":
      return [
        checkText(`${at}.delimiter`, classifier.delimiter, one, "one character"),
        checkText(`${at}.quote`, classifier.quote, one, "one character"),
        classifier.quote !== undefined && classifier.quote === (classifier.delimiter ?? ",")
          ? `${at}.quote: is "${classifier.quote}", as the delimiter; write another character`
          : undefined,
        new Set(classifier.columns).size < (classifier.columns ?? []).length
          ? `${at}.columns: has a name twice; give each column a name of its own`
          : undefined,
      ];
    case "json":
      return [
        checkText(
          `${at}.jsonPath`,
          classifier.jsonPath,
          (path) => /^\$/.test(path),
          "a path from the root, e.g. $[*]",
        ),
      ];
    case "xml":
      return [
        checkText(
          `${at}.rowTag`,
          classifier.rowTag,
          (tag) => /^[A-Za-z_][\w.-]*$/.test(tag),
          "the element's name without brackets, e.g. row",
        ),
      ];
    case "grok":
      return [
        checkText(
          `${at}.pattern`,
          classifier.pattern,
          (pattern) => pattern.includes("%{") && pattern.length <= LONGEST_PATTERN,
          `a grok pattern of up to ${LONGEST_PATTERN} characters, e.g. %{WORD:level} %{GREEDYDATA:message}`,
        ),
      ];
  }
}
