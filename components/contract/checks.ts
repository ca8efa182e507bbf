/** What the standard allows and Naru does not: rules across the columns of a set, and across sets. */
import { unmarkedPersonal } from "./detect";
import type { Column, DataSet } from "./model";
import type { ContractProblem, ProblemList } from "./problem";
import { checkCoarseTreatment } from "./treatment";

/** Columns that Naru adds itself. */
const RESERVED: readonly string[] = ["dt", "pseudonym_epoch"];

/** @param keyOf where the column of a name stands in the file. */
export function checkDataSet(
  dataSet: DataSet,
  keyOf: (column: string) => string,
  problems: ProblemList,
): void {
  checkNames(dataSet, keyOf, problems);
  for (const column of dataSet.columns) {
    checkColumn(column, keyOf(column.name), problems);
    checkUnmarked(column, keyOf(column.name), problems);
    const inPrimaryKey = dataSet.primaryKey.includes(column.name);
    checkCoarseTreatment(column, inPrimaryKey, keyOf(column.name), problems);
  }
  checkPrimaryKey(dataSet, keyOf, problems);
  checkPartition(dataSet, keyOf, problems);
  checkQuality(dataSet, problems);
}

function checkNames({ columns }: DataSet, keyOf: (column: string) => string, problems: ProblemList): void {
  for (const name of repeated(columns.map((column) => column.name))) {
    problems.add(keyOf(name), `"${name}" is described twice`, "give each column a name of its own");
  }
  for (const name of repeated(columns.map((column) => column.sourceName))) {
    problems.add(
      "schema[0].properties",
      `two columns read the source "${name}"`,
      "give each column a sourceName of its own",
    );
  }
  for (const { name } of columns.filter((column) => RESERVED.includes(column.name))) {
    problems.add(keyOf(name), `"${name}" is a column that Naru adds`, "choose another name");
  }
}

function checkColumn(column: Column, key: string, problems: ProblemList): void {
  const { kind, treatment, classification, type } = column;
  if (kind === undefined && treatment === "pseudonymise") {
    problems.add(
      `${key}.customProperties.treatment`,
      "is pseudonymise without an identifierKind",
      "add identifierKind, such as user-id: the kind chooses the key and the normalisation",
    );
  }
  if (kind !== undefined && classification !== "restricted") {
    problems.add(
      `${key}.classification`,
      `is "${classification}" on a column of kind ${kind}`,
      "use restricted",
    );
  }
  if (kind !== undefined && treatment === "keep") {
    problems.add(
      `${key}.customProperties.treatment`,
      `is keep on a column of kind ${kind}`,
      "use pseudonymise, mask, generalise or drop: personal values stay in the closed zone",
    );
  }
  if (kind === "resident-number" && treatment === "pseudonymise") {
    problems.add(
      `${key}.customProperties.treatment`,
      "is pseudonymise on a resident registration number",
      "use drop: the number may be processed only where a law names it (PIPA article 24-2)",
    );
  }
  if (treatment === "pseudonymise" && type !== "string") {
    problems.add(
      `${key}.logicalType`,
      `is ${type} on a pseudonymised column`,
      "use string: a pseudonym is text",
    );
  }
  if (column.allowed !== undefined && type !== "string") {
    problems.add(
      `${key}.quality`,
      `lists validValues for a ${type}`,
      "use minimum and maximum, or logicalType string",
    );
  }
  if (column.minimum !== undefined && column.maximum !== undefined && column.minimum > column.maximum) {
    problems.add(`${key}.logicalTypeOptions`, "has a minimum above its maximum", "swap or correct them");
  }
}

/** By its names and examples alone; curate, the collector and the shipper look at values too. */
function checkUnmarked(column: Column, key: string, problems: ProblemList): void {
  const found = unmarkedPersonal(column, column.examples ?? []);
  if (found === undefined) return;
  problems.add(
    key,
    `looks like personal data of kind ${found.kind} (score ${found.score}: ${found.why}) and is not marked`,
    `add customProperties identifierKind: ${found.kind} and treatment: ${found.treatment},` +
      " or notPersonal with the reason why it is not",
  );
}

function checkPrimaryKey(dataSet: DataSet, keyOf: (column: string) => string, problems: ProblemList): void {
  if (dataSet.primaryKey.length === 0) {
    problems.add(
      "schema[0].properties",
      "has no primary key",
      "mark the columns that identify a row with primaryKey: true; repeated deliveries are found by it",
    );
  }
  for (const name of dataSet.primaryKey) {
    const column = dataSet.columns.find((candidate) => candidate.name === name);
    if (column === undefined) {
      problems.add(keyOf(name), "is a partition and part of the primary key", "use columns of the source");
    } else if (column.treatment === "drop") {
      problems.add(
        keyOf(name),
        "is dropped and part of the primary key",
        "pseudonymise it or use another key",
      );
    } else if (!column.required) {
      problems.add(
        `${keyOf(name)}.required`,
        "is false on a part of the primary key",
        "write required: true",
      );
    }
  }
}

function checkPartition(dataSet: DataSet, keyOf: (column: string) => string, problems: ProblemList): void {
  const { from } = dataSet.partition;
  const key = `${keyOf("dt")}.transformSourceObjects`;
  if (from === undefined) {
    if (dataSet.ingestion === "stream") {
      problems.add(key, "is missing on a stream", "name the timestamp column whose date is the partition");
    }
    return;
  }
  const source = dataSet.columns.find((column) => column.name === from);
  if (source === undefined) {
    problems.add(key, `names "${from}", which is no column`, "name a timestamp column of this contract");
  } else if (source.type !== "timestamp" || !source.required || source.treatment !== "keep") {
    problems.add(
      key,
      `names "${from}", which is not a required timestamp that is kept`,
      "name a column with logicalType timestamp and required: true",
    );
  }
}

function checkQuality(dataSet: DataSet, problems: ProblemList): void {
  const names = dataSet.columns.map((column) => column.name);
  for (const rule of dataSet.quality) {
    for (const column of rule.columns.filter((candidate) => !names.includes(candidate))) {
      problems.add(
        "schema[0].quality",
        `rule "${rule.name}" names the column "${column}"`,
        "name a column of the set",
      );
    }
  }
  for (const name of repeated(dataSet.quality.map((rule) => rule.name))) {
    problems.add("schema[0].quality", `two rules are called "${name}"`, "give each rule a name of its own");
  }
}

/** Ids are table names and URLs, so each may stand once over all files. */
export function checkTogether(dataSets: readonly DataSet[]): ContractProblem[] {
  return repeated(dataSets.map(({ id }) => id)).flatMap((id) => {
    const [first, ...others] = dataSets.filter((dataSet) => dataSet.id === id);
    return others.map(({ file }) => ({
      file,
      key: "id",
      problem: `"${id}" is also the id of ${first.file}`,
      fix: "rename one of them or delete the copy",
    }));
  });
}

function repeated(values: readonly string[]): string[] {
  return [...new Set(values.filter((value, index) => values.indexOf(value) !== index))];
}
