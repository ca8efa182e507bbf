import { relative } from "node:path";
import { ROOT } from "../../../local/paths";
import { readOwnCsv } from "../own-csv";
import type { Step } from "../run";

/** First of all: a file that can't be read, or a contract with errors, stops the run before anything starts. */
export const describeOwnCsv: Step = {
  title: "Contract of your CSV",
  run: async (run, { note }) => {
    const own = readOwnCsv(run.options.csv!, run.options.contract);
    run.ownCsv = own;
    note(
      `${own.dataSet.id}: ${own.dataSet.columns.length} columns, ${own.personalValues.length} personal values to search for`,
    );
    for (const { column, kind, treatment, score, why } of own.findings) {
      note(`${column}: looks like ${kind} (${score.toFixed(2)}), so ${treatment}; ${why}`);
    }
    if (own.proposed) {
      note(`proposed in ${relative(ROOT, own.contractFile)}; edit a copy and give it with --contract`);
    }
  },
};
