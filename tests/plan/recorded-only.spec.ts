import { expect } from "chai";
import { ROOT } from "../../local/paths";
import { LocalProvider } from "../../local/provider";
import { isUnknown, type Wire } from "../../local/provider/wire";
import { recordProgram, type ProgramRecord } from "../../local/recorder";

/** Inputs at the top that hold something unknown. */
function unknownIn({ resources }: ProgramRecord): string[] {
  const holds = (value: unknown): boolean =>
    isUnknown(value) || (typeof value === "object" && value !== null && Object.values(value).some(holds));
  return resources.flatMap(({ urn, inputs }) =>
    Object.keys(inputs).flatMap((input) => (holds(inputs[input]) ? [`${urn} ${input}`] : [])),
  );
}

describe("a program whose resources are recorded only", function () {
  this.timeout(30_000);

  for (const stack of ["dev", "prod"]) {
    it(`runs to its end for ${stack}, and every value that a preview leaves open is known`, async () => {
      const provider = new LocalProvider();
      const preview = await recordProgram({ root: ROOT, stack });
      const otherThanAsked: string[] = [];
      const applied = await recordProgram({
        root: ROOT,
        stack,
        create: async ({ urn }, object) => {
          const asked = (object?.toJavaScript() ?? {}) as Wire;
          const { id, outputs } = await provider.make(urn, asked);
          for (const [name, value] of Object.entries(outputs ?? {})) {
            const same = asked[name] === undefined || JSON.stringify(asked[name]) === JSON.stringify(value);
            if (!same) otherThanAsked.push(`${urn} ${name}`);
          }
          return { id, outputs: outputs ?? {} };
        },
      });
      const given = new Map(applied.resources.map(({ urn, inputs }) => [urn, inputs]));
      const open = unknownIn(preview);
      expect(open).to.not.be.empty;
      const missing = open.filter((each) => {
        const [urn, input] = each.split(" ") as [string, string];
        const value = given.get(urn)?.[input];
        return value === undefined || JSON.stringify(value).includes("undefined");
      });
      expect(missing).to.deep.equal([]);
      expect(otherThanAsked).to.deep.equal([]);
      expect(unknownIn(applied)).to.deep.equal([]);
      expect(applied.outputs.eventsUrl).to.match(/^https:\/\/\w+\.execute-api\./);
    });
  }
});
