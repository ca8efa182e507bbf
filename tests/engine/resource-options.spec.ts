/** What the engine makes of the provider's answers: values unknown or secret, and the options of resources. Every type is recorded only. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { findEngine } from "../../local/engine/binary";
import { EngineStack } from "../../local/engine/workspace";
import { toldSteps } from "./told-steps";

const NAME = "made-up-for-this-test";

describe("a resource in the engine", function () {
  this.timeout(300_000);
  const folder = mkdtempSync(join(tmpdir(), "naru-options-"));
  let opened: EngineStack | undefined;

  after(() => {
    opened?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  /** The provider runs in this process, which saves the engine the start of one for each operation. */
  const open = async (resources: () => void) => {
    opened?.close();
    const program = async () => {
      resources();
      return {};
    };
    const given = { engine: await findEngine(), stack: "dev", folder, processes: [], program };
    return (opened = await EngineStack.open(given));
  };
  const up = async (resources: () => void) => toldSteps(await (await open(resources)).update());

  const queue = (args: aws.sqs.QueueArgs, options: pulumi.CustomResourceOptions = {}, name = "one") =>
    new aws.sqs.Queue(name, { name: NAME, ...args }, options);

  it("whose value is not known yet is told in the preview as the update does it", async () => {
    const named = (name: string) => () => {
      const { arn } = queue({ name });
      new aws.sns.TopicSubscription("replaced", { topic: arn, protocol: "sqs", endpoint: "arn" });
      new aws.cloudwatch.EventTarget("updated", { rule: "rule", targetId: "one", arn });
    };
    await up(named(NAME));
    const renamed = await open(named(`${NAME}-2`));
    const planned = toldSteps(await renamed.preview());
    expect(planned.filter((step) => step.startsWith("update"))).to.deep.equal(["update updated arn"]);
    const replaced = planned.filter((step) => step.startsWith("create-replacement"));
    expect(replaced.map((step) => step.split(" ")[1])).to.have.members(["one", "replaced"]);
    expect(toldSteps(await renamed.update())).to.have.members(planned);
  });

  it("keeps what is secret so, before and after a change", async () => {
    const secretly = (text: string) => () =>
      void queue({
        policy: pulumi.secret(JSON.stringify({ Version: "2012-10-17", Id: text, Statement: [] })),
      });
    await up(secretly("first-private-words"));
    expect(await up(secretly("second-private-words"))).to.deep.equal(["update one policy"]);
    const state = readFileSync(join(folder, ".pulumi", "stacks", "naru", "dev.json"), "utf8");
    expect(state).to.include(NAME).and.not.include("private-words");
  });

  it("does as its options say: changes ignored, replaced for, renamed by an alias", async () => {
    await up(() => void queue({ delaySeconds: 1, redrivePolicy: '{"a":1}' }));
    const ignored = { ignoreChanges: ["delaySeconds"] };
    expect(await up(() => void queue({ delaySeconds: 2, redrivePolicy: '{"a": 1}' }, ignored))).to.deep.equal(
      [],
    );
    const anew = { replaceOnChanges: ["delaySeconds"], deleteBeforeReplace: true };
    expect(await up(() => void queue({ delaySeconds: 3 }, anew))).to.deep.equal([
      "delete-replaced one",
      "create-replacement one delaySeconds",
    ]);
    const alias = { aliases: [{ name: "one" }] };
    expect(
      await up(() => void queue({ delaySeconds: 3, visibilityTimeoutSeconds: 30 }, alias, "two")),
    ).to.deep.equal([]);
    expect(await up(() => void queue({ delaySeconds: 3 }, {}, "three"))).to.have.members([
      "create three",
      "delete two",
    ]);
  });
});
