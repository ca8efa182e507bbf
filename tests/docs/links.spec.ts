import { existsSync, statSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { expect } from "chai";
import { ROOT } from "../../local/paths";
import { anchors, page, pages } from "./pages";

/** Larger pictures make a README slow to open. */
const PICTURE_BYTES = 400_000;

function linksOf(text: string): string[] {
  return [...text.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target]) => target!);
}

describe("links", () => {
  for (const { path, text } of pages()) {
    it(`of ${path} lead somewhere`, () => {
      const broken = linksOf(text)
        .filter((target) => !/^https?:/.test(target))
        .filter((target) => {
          const [file, anchor] = target.split("#") as [string, string?];
          const full = file === "" ? path : normalize(join(dirname(path), file));
          if (!existsSync(join(ROOT, full))) return true;
          return anchor !== undefined && !anchors(page(full)).includes(anchor);
        });
      expect(broken).to.deep.equal([]);
    });
  }

  it("of the table of contents reach every page", () => {
    const linked = linksOf(page("docs/index.md").text).map((target) => `docs/${target}`);
    const all = pages()
      .map(({ path }) => path)
      .filter((path) => path.startsWith("docs/") && path !== "docs/index.md");
    expect(linked).to.include.members(all);
  });

  it("show pictures that load quickly", () => {
    const pictures = pages().flatMap(({ path, text }) =>
      linksOf(text)
        .filter((target) => target.endsWith(".png"))
        .map((target) => join(ROOT, dirname(path), target)),
    );
    expect(pictures.length).to.be.greaterThan(1);
    for (const picture of pictures) expect(statSync(picture).size, picture).to.be.lessThan(PICTURE_BYTES);
  });

  it("of both READMEs are the same", () => {
    const targets = (path: string) => [
      ...new Set(
        linksOf(page(path).text)
          .filter((target) => !target.startsWith("README"))
          .map((target) => target.replace(".ko.png", ".png")),
      ),
    ];
    expect(targets("README.ko.md")).to.have.members(targets("README.md"));
  });
});
