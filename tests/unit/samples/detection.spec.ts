/** The example contracts and the sample's data have nothing that detection would stop. */
import { expect } from "chai";
import { parse } from "csv-parse/sync";
import { loadContracts } from "../../../components/contract";
import { isUnmarked, unmarkedPersonal } from "../../../components/contract/detect";
import { decodeCp949 } from "../../../components/contract/csv/cp949";
import { conclusiveKind } from "../../../components/contract/personal/conclusive";
import { generateSample } from "../../../samples";

const sample = generateSample();
const contracts = loadContracts(["contracts"]);

describe("the sample before detection", () => {
  for (const { dataSet, encoding, content } of sample.files) {
    it(`${dataSet}: no column that the contract does not mark looks personal, and no value`, () => {
      const text = encoding === "cp949" ? decodeCp949(content) : content.toString("utf8");
      const rows = parse(text, { columns: true }) as Record<string, string>[];
      const { columns } = contracts.find(({ id }) => id === dataSet)!;
      expect(columns.filter(isUnmarked)).not.to.deep.equal([]);
      for (const column of columns.filter(isUnmarked)) {
        const values = rows.map((row) => row[column.sourceName]);
        expect(values, column.name).to.have.lengthOf.above(0).and.not.include(undefined);
        expect(unmarkedPersonal(column, values), column.name).to.equal(undefined);
        expect(values.filter(conclusiveKind), column.name).to.deep.equal([]);
      }
    });
  }
});
