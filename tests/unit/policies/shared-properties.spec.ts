import { expect } from "chai";
import { shareProperties } from "../../../policies/model/shared-properties";

describe("shared properties", () => {
  it("are unpacked once for each message, and always anew for remedies", () => {
    const calls: [object, boolean][] = [];
    const unpacking = {
      deserializeProperties(properties: object, proxySecrets: boolean): object {
        calls.push([properties, proxySecrets]);
        return { of: properties };
      },
    };
    shareProperties(unpacking);
    const [one, two] = [{ a: 1 }, { a: 1 }];
    const first = unpacking.deserializeProperties(one, false);
    expect(unpacking.deserializeProperties(one, false)).to.equal(first);
    expect(unpacking.deserializeProperties(two, false)).not.to.equal(first);
    expect(unpacking.deserializeProperties(one, true)).not.to.equal(first);
    expect(unpacking.deserializeProperties(one, true)).to.deep.equal({ of: one });
    expect(calls).to.deep.equal([
      [one, false],
      [two, false],
      [one, true],
      [one, true],
    ]);
  });
});
