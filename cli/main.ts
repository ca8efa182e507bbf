/** The command line: what there is, and where each command's code stands. Commands load their code when they run. */
import { Command, Option } from "commander";
import { version } from "../package.json";

/** Exit codes of every command: 0 done, 1 done with findings or failed, 2 wrong use. */
export function main(argv: readonly string[]): void {
  for (const stream of [process.stdout, process.stderr]) stream.on("error", outlive);
  const program = new Command("naru")
    .description("A data-analytics platform as code: data contracts in, a governed platform out.")
    .version(version)
    .enablePositionalOptions()
    .showHelpAfterError("Run the command with --help to see what it takes.")
    .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2));

  const up = program.command("up").description("builds a stack and runs its main job");
  up.command("local")
    .description("the whole platform on this machine, without an account; `npm start`")
    .option("--once", "end after the run, with a report, a static dashboard and an exit code")
    .option("--csv <file>", "also take a CSV file of yours through landing, curation and a query")
    .addOption(new Option("--contract <file>", "contract of that CSV; without one, one is proposed"))
    .option("--people <number>", "synthetic people of the sample: 30 to 200000; without it, 200")
    .option("--events <number>", "their events: 100 to 1000000; without it, one a person, and at least 2000")
    .option("--kafka", "also a Kafka cluster with a topic for each stream: a real broker on this machine")
    .option("--engine", "Pulumi's own engine deploys: the person's, or one that is built once by Go")
    .option("--json", "print the report as JSON and nothing else; implies --once")
    .action(async (options) => end(load<typeof import("./up")>("./up").upLocal(options)));

  program
    .command("down")
    .description("ends the local platform")
    .option("--purge", "also remove all that Naru made and installed on this machine (.naru)")
    .action(async (options) => end(load<typeof import("./down")>("./down").down(options)));

  program
    .command("plan")
    .argument("<stack>", "dev, prod or local")
    .description("what `pulumi up` would create, offline")
    .option("--json", "every resource with its inputs and dependencies")
    .option("--diagram <file>", "also write the Mermaid diagram to a file (.mmd)")
    .option("--account <id>", "twelve digits that stand for your account in names")
    .option("--accept", "make it the plan that tests/baseline holds later ones against")
    .action(async (stack, options) => end(load<typeof import("./plan")>("./plan").plan(stack, options)));

  program
    .command("check")
    .argument("<stack...>", "dev, prod or local")
    .description("the policy packs over the plan of a stack, offline")
    .option("--base <ref>", "commit, branch or tag: only what changed since is told, with plan and cost")
    .option("--program <folder>", "another Pulumi program of Node.js; without it, Naru's own")
    .option("--sarif <file>", "also write the findings as SARIF 2.1.0")
    .option("--junit <file>", "also write the findings as JUnit XML")
    .option("--markdown <file>", "also write the change as a pull request's comment; needs --base")
    .option("--annotations", "also print GitHub's annotations; in GitHub Actions that is so without it")
    .option("--no-annotations", "print none, in GitHub Actions either")
    .option("--json", "findings, or with --base the change, as JSON")
    .action(async (stacks, options) =>
      end(load<typeof import("./check/command")>("./check/command").check(stacks, options)),
    );

  program
    .command("explain")
    .argument("[rule]", "a rule of the policy packs; without it, they are listed")
    .description("what a rule demands and why, how to put it right, an example, and how to waive it")
    .option("--json", "the rule, or the list, as JSON")
    .action(async (rule, options) =>
      end(load<typeof import("./explain")>("./explain").explain({ rule, ...options })),
    );

  program
    .command("capacity")
    .argument("<stack>", "dev, prod or local")
    .description("what the contracts' rates need of a stack, and which limit breaks first, offline")
    .option("--events-per-second <number>", "of all streams together; without it, what contracts declare")
    .option("--events-per-request <number>", "that senders gather; without it, as many as a request takes")
    .option("--json", "limits and outlook as JSON")
    .action(async (stack, options) =>
      end(load<typeof import("./capacity")>("./capacity").capacity({ stack, ...options })),
    );

  program
    .command("cost")
    .argument("<stack...>", "dev, prod or local")
    .description("what a stack costs a month before it is built, by component, offline")
    .option("--events-per-second <number>", "of all streams together; without it, what contracts declare")
    .option("--events-per-request <number>", "that senders gather; without it, as many as a request takes")
    .option("--krw-per-usd <number>", "won for a dollar; without it, a dated rate")
    .option("--json", "every item, price and sum as JSON")
    .action(async (stacks, options) =>
      end(load<typeof import("./cost")>("./cost").cost({ stacks, ...options })),
    );

  const contract = program.command("contract").description("data contracts (ODCS v3.1)");
  contract
    .command("lint")
    .argument("[path...]", "contract files, or folders with *.odcs.yaml files", ["contracts"])
    .description("every error and warning of every contract")
    .option("--json", "findings as JSON")
    .option("--strict", "warnings count as errors")
    .action(async (paths, options) =>
      end(load<typeof import("./contract/lint")>("./contract/lint").contractLint({ paths, ...options })),
    );
  contract
    .command("diff")
    .argument("[path...]", "old and new contracts, files or folders; with --base only the new ones")
    .description("what changed, whom it breaks, and whether the versions say so")
    .option("--base <ref>", "commit, branch or tag of git that holds the old contracts")
    .option("--json", "changes and problems as JSON")
    .action(async (paths, options) =>
      end(load<typeof import("./contract/diff")>("./contract/diff").contractDiff({ paths, ...options })),
    );
  contract
    .command("from-csv")
    .argument("<file>", "a CSV file, UTF-8 or CP949")
    .description("proposes a contract for a file that nobody described")
    .option("--id <domain.name>", "identifier of the data set")
    .option("--out <file>", "where the contract goes; without it, to the standard output")
    .option("--json", "contract and findings as JSON")
    .action(async (file, options) =>
      end(
        load<typeof import("./contract/from-csv")>("./contract/from-csv").contractFromCsv({
          file,
          ...options,
        }),
      ),
    );

  program
    .command("ship")
    .argument("<source...>", "CSV or JSON lines, also as .gz; or postgres://… or mysql://… with ?table=")
    .description("files and tables of the closed network to pseudonymised Parquet, in a folder or a bucket")
    .requiredOption("--contract <id>", "data set that the files are of")
    .requiredOption("--out <place>", "a folder, or s3://bucket/prefix")
    .option("--contracts <path...>", "contract files, or folders of them; without it, the project's")
    .option("--key <file>", "key file of the pseudonyms (naru key new)")
    .option("--kms <id>", "or the KMS key: id, ARN or alias")
    .option("--epoch <number>", "key epoch of the pseudonyms", "1")
    .option("--dt <day>", "YYYY-MM-DD of the rows; without it, what the folder dt=… of the source says")
    .option("--threads <number>", "files are converted on so many cores; without it, on all")
    .option("--max-rejects <limit>", "bad rows allowed: a number, or a share such as 2%")
    .option("--encoding <name>", "utf-8 or cp949; without it, by the start of each file")
    .option("--chunk-mb <number>", "megabytes that are converted at a time; smaller needs less memory")
    .option("--staging <folder>", "where unfinished work lies")
    .option("--password-file <file>", "password of the table's server; without it, PGPASSWORD or MYSQL_PWD")
    .option("--ca <file>", "certificate of the authority that the table's server has its own from (PEM)")
    .option("--json", "print the manifest as JSON and nothing else")
    .action(async (sources, options) =>
      end(load<typeof import("./ship")>("./ship").shipFiles({ sources, ...options })),
    );

  program
    .command("drop")
    .argument("<file...>", "CSV files of one data set")
    .description("files into landing, as the loader; their arrival starts the curation")
    .requiredOption("--contract <id>", "data set that the files are of")
    .requiredOption("--stack <stack>", "dev, prod or local")
    .option("--dt <day>", "YYYY-MM-DD that the data is of; without it, today in the contract's time zone")
    .option("--json", "data set, bucket and keys as JSON")
    .action(async (files, options) =>
      end(load<typeof import("./drop")>("./drop").drop({ files, ...options })),
    );

  program
    .command("crawl")
    .argument("<name>", "crawler, as the stack's naru:crawlers names it")
    .description("runs a crawler, and tells which tables it made or changed")
    .requiredOption("--stack <stack>", "dev, prod or local")
    .option("--json", "database and tables as JSON")
    .action(async (name, options) =>
      end(load<typeof import("./crawl")>("./crawl").crawl({ name, ...options })),
    );

  const key = program
    .command("key")
    .description("pseudonym keys: files for a network without KMS, and epochs");
  key
    .command("new")
    .argument("<file>", "where the key goes; nothing may stand there")
    .description("makes a key that only its owner can read")
    .option("--json", "id, day and check value as JSON")
    .action(async (file, options) => end(load<typeof import("./key")>("./key").keyNew({ file, ...options })));
  key
    .command("check")
    .argument("<file>", "a key file")
    .description("form and mode of a key file, its id and its check value")
    .option("--json", "id, day and check value as JSON")
    .action(async (file, options) =>
      end(load<typeof import("./key")>("./key").keyCheck({ file, ...options })),
    );

  key
    .command("rotate")
    .argument("<stack>", "dev, prod or local")
    .description("raises the key epoch of a stack's pseudonyms in its Pulumi.<stack>.yaml")
    .option("--json", "stack and epochs as JSON")
    .action(async (stack, options) =>
      end(load<typeof import("./key-rotate")>("./key-rotate").keyRotate({ stack, ...options })),
    );

  program
    .command("extract")
    .argument("[sql]", "a SELECT, in quotes")
    .description("rows of the open zone as a file for a PC, as the analyst, up to a size")
    .requiredOption("--stack <stack>", "dev, prod or local")
    .requiredOption("--out <file>", "the file to make; nothing may stand there")
    .option("--table <id>", "instead of a SELECT: the whole curated table of a data set")
    .option("--format <format>", "csv or xlsx, which Excel opens, or parquet, for R and Python", "csv")
    .option("--max-mb <number>", "megabytes of rows, as text, that may leave", "50")
    .action(async (sql, options) =>
      end(load<typeof import("./extract")>("./extract").extract({ sql, ...options })),
    );

  program
    .command("query")
    .argument("[name]", "saved query or prepared statement; without it, they are listed")
    .argument("[value...]", "values of a prepared statement, in its order")
    .description("what is saved for analysts, and one of it run, as the analyst")
    .requiredOption("--stack <stack>", "dev, prod or local")
    .option("--json", "rows, or the list, as JSON")
    .action(async (name, values, options) =>
      end(load<typeof import("./query")>("./query").query({ name, values, ...options })),
    );

  program
    .command("lineage")
    .argument("<table>", "id of a curated table, or s3:// URI of a file of it")
    .description(
      "which source objects, run, contract and rules stand behind a day of a table, as the steward",
    )
    .requiredOption("--stack <stack>", "dev, prod or local")
    .option("--dt <day>", "YYYY-MM-DD; without it, the day in the URI, else the newest")
    .option("--json", "the day's origin as JSON")
    .action(async (table, options) =>
      end(load<typeof import("./lineage")>("./lineage").lineage({ table, ...options })),
    );

  program
    .command("reidentify")
    .argument("<pseudonym...>", "pseudonyms as the tables hold them")
    .description("turns pseudonyms back, as the re-identifier; each use is recorded")
    .requiredOption("--stack <stack>", "dev, prod or local")
    .requiredOption("--reason <text>", "why: a ticket, a decision, an incident")
    .option("--json", "people and what was not found as JSON")
    // One pseudonym in 64 starts with a hyphen, and is no option.
    .helpOption("--help", "display help for command")
    .allowUnknownOption()
    .action(async (pseudonyms, options) =>
      end(load<typeof import("./reidentify")>("./reidentify").reidentify({ pseudonyms, ...options })),
    );

  program
    .command("restore")
    .argument("<object>", "s3://bucket/key, in a bucket of the stack")
    .description("versions that the lake keeps of an object, or one of them brought back")
    .requiredOption("--stack <stack>", "dev, prod or local")
    .option("--version <id>", "version to bring back; without it, they are listed")
    .option("--json", "versions, or what was restored, as JSON")
    .action(async (uri, options) =>
      end(load<typeof import("./restore")>("./restore").restore({ uri, ...options })),
    );

  program
    .command("kafka")
    .description("a real Apache Kafka on this machine (127.0.0.1), until it is ended")
    .option("--port <number>", "without it, a free one")
    .option("--folder <folder>", "where its data lies and stays; without it, .naru/kafka")
    .option("--topic <name:partitions...>", "topics to make, such as lms.requests:6")
    .option("--json", "bootstrap and folder as one line of JSON when it is ready")
    .action(async (options) => end(load<typeof import("./kafka")>("./kafka").kafka(options)));

  program
    .command("redrive")
    .argument("[dataset]", "id of a stream; without it, all of them")
    .description("puts records that failed back on their stream after a fix, as the redriver")
    .requiredOption("--stack <stack>", "dev, prod or local")
    .option("--from <day>", "YYYY-MM-DD in UTC, first day of failures; without it, the oldest kept")
    .option("--to <day>", "YYYY-MM-DD in UTC, last day of failures; without it, today")
    .option("--dry-run", "judges and counts, and sends nothing")
    .option("--json", "counts by data set and reason as JSON")
    .action(async (dataSet, options) =>
      end(load<typeof import("./redrive")>("./redrive").redrive({ dataSet, ...options })),
    );

  const verify = program.command("verify").description("what only an account can show");
  verify
    .command("aws")
    .description("deploys a stack, runs the pipeline, compares the sums, destroys it; the cost comes first")
    .option("--stack <stack>", "a stack on AWS whose data may go; without it, dev")
    .option("--yes", "don't ask")
    .option("--dry-run", "tells cost and steps, and does nothing")
    .option("--end", "only destroys what an earlier run of this checkout began, and looks for what is left")
    .action(async (options) => end(load<typeof import("./verify")>("./verify").verifyAws(options)));

  program
    .command("test")
    .description("every test suite; `npm test`")
    .argument(
      "[suite...]",
      "unit, plan, docs, property, shipper, database, kafka, policy, python, spark, pipeline or engine",
    )
    .option("--engine", "also the suite in Pulumi's own engine, which is built once where there is none")
    .action(async (suites, options) => end(load<typeof import("./test")>("./test").test(suites, options)));

  program
    .command("python", { hidden: true })
    .description("runs the Python of .naru/venv")
    .argument("[arguments...]")
    .passThroughOptions()
    .action(async (arguments_) => end(load<typeof import("./python")>("./python").python(arguments_)));

  program.parseAsync([...argv]).catch(fail);
}

/** Loads a command's code when it runs, so that one command does not wait for all others' imports. */
function load<Module>(path: string): Module {
  return require(path) as Module;
}

/** A command's promise is its exit code. */
async function end(command: Promise<number>): Promise<void> {
  process.exitCode = await command;
}

/** Whoever reads no further (`| head`) ends what is told, and not what is done. */
function outlive(error: NodeJS.ErrnoException): void {
  if (error.code !== "EPIPE") throw error;
}

/** Errors are for people: what, where, fix. The stack is for those who set NARU_DEBUG. */
function fail(error: Error): void {
  console.error(process.env.NARU_DEBUG === undefined ? `naru: ${error.message}` : error);
  process.exit(1);
}
