// Links between the notebooks and to files of the project, and the glossary.
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { folder, names, root, textsOf, tokensOf } from "./course.mjs";

const glossary = join(folder, "glossary.md");
const pages = [...names.map((name) => join(folder, name)), glossary];
const others = ["README.md", "environment.md", "CONTRIBUTING.md", "CHANGELOG.md"].map((name) => join(root, name));

describe("the links", () => {
  for (const path of [...pages, ...others]) {
    it(`of ${path.slice(root.length + 1)} lead somewhere`, () => {
      const wrong = textsOf(path).flatMap(({ where, text }) =>
        tokensOf(text)
          .filter(({ type, href }) => (type === "link" || type === "image") && !/^[a-z]+:/.test(href))
          .filter(({ href }) => !leads(path, href))
          .map(({ href }) => `${where}: ${href}`),
      );
      assert.deepEqual(wrong, []);
    });
  }
});

/** Whether a file is there, and in it the heading after the #, written as JupyterLab does: blanks are hyphens. */
function leads(from, href) {
  const [file, anchor] = decodeURI(href).split("#");
  const to = file === "" ? from : join(dirname(from), file);
  if (!existsSync(to)) return false;
  return anchor === undefined || headingsOf(to).includes(anchor);
}

function headingsOf(path) {
  return textsOf(path)
    .flatMap(({ text }) => tokensOf(text).filter(({ type }) => type === "heading"))
    .map(({ text }) => text.replace(/[*`]/g, "").replaceAll(" ", "-"));
}

describe("README's table", () => {
  it("has a line for each notebook, with its picture (npm run pictures)", () => {
    const lines = readFileSync(join(root, "README.md"), "utf8").split("\n");
    const wrong = names.filter((name) => {
      const picture = `notebooks/pictures/${name.split("-")[0]}.jpeg`;
      const line = lines.find((each) => each.includes(`](notebooks/en/${name})`));
      return !line?.startsWith(`| <img src="${picture}"`) || !existsSync(join(root, picture));
    });
    assert.deepEqual(wrong, []);
  });
});

describe("the glossary", () => {
  const entries = readFileSync(glossary, "utf8")
    .split("\n")
    .filter((line) => line.startsWith("- "));

  it("has a line for each term: what it is, and the notebook that defines it", () => {
    const entry = /^- \*\*[^*]+\*\*: .+\. \[\d(\.\d)*\]\(\d[^)]*\.ipynb\)$/;
    assert.deepEqual(
      entries.filter((line) => !entry.test(line)),
      [],
    );
  });

  it("is in alphabetical order, without a term twice", () => {
    const terms = entries.map(termOf);
    assert.deepEqual(terms, [...new Set(terms)].sort(new Intl.Collator("en", { sensitivity: "base" }).compare));
  });

  it("names the notebook where the term stands in bold, where it is explained", () => {
    const missing = entries.filter((line) => {
      const notebook = /\(([^)]+\.ipynb)\)$/.exec(line)?.[1] ?? "";
      const bold = textsOf(join(folder, notebook))
        .flatMap(({ text }) => tokensOf(text).filter(({ type }) => type === "strong"))
        .map(({ text }) => text.toLowerCase());
      return !bold.includes(termOf(line).toLowerCase());
    });
    assert.deepEqual(missing, []);
  });
});

function termOf(line) {
  return /^- \*\*([^*]+)\*\*/.exec(line)?.[1] ?? line;
}
