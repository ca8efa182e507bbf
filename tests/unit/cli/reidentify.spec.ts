import { expect } from "chai";
import { reidentify } from "../../../cli/reidentify";

const PSEUDONYM = "abcdefghij_KLMNOPQ-12Q";

/** What is refused before any cloud is asked; the rest is tried on a running platform (tests/pipeline). */
describe("naru reidentify", () => {
  const ask = async (pseudonyms: string[], reason: string) => {
    const said: string[] = [];
    const output = { out: (text: string) => said.push(text), err: (text: string) => said.push(text) };
    const code = await reidentify({ pseudonyms, reason, stack: "none", output });
    return { code, said: said.join("\n") };
  };

  for (const [what, reason] of Object.entries({
    "an empty reason": "  ",
    "a reason of 257 letters": "가".repeat(257),
    "a reason that no session tag can hold": "ticket #4711; drop",
  })) {
    it(`refuses ${what}`, async () => {
      const { code, said } = await ask([PSEUDONYM], reason);
      expect(code).to.equal(2);
      expect(said).to.contain("--reason");
    });
  }

  it("refuses what can't be a pseudonym, all at once, and repeats none of it: it may be a clear value", async () => {
    const { code, said } = await ask(
      [PSEUDONYM, "01012345678", `${PSEUDONYM}A`, "abcdefghij_KLMNOPQ-12x"],
      "",
    );
    expect(code).to.equal(2);
    expect(said).to.contain("3 arguments").and.contain("--reason").and.not.contain("01012345678");
  });

  it("takes a reason in Korean, and then asks for the stack", async () => {
    const error = await ask([PSEUDONYM], "민원 2026-11: 본인 확인").catch((reason: Error) => reason);
    expect(error).to.have.property("message").that.contains('There is no stack "none"');
  });
});
