// `npm run docs`: the reference of all public names is made without a warning, so that none is without its description, and shows
// them by chapter.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chaptersOf } from "../../kernel-setup/setup/docs-chapters.mjs";
import { nodeModules, root } from "../../kernel-setup/setup/places.mjs";
import { cellsOf, names as notebooks } from "../notebooks/course.mjs";

describe("npm run docs", () => {
  const out = mkdtempSync(join(tmpdir(), "cellwise-docs-"));
  const index = readFileSync(join(root, "lib", "index.ts"), "utf8");
  after(() => rmSync(out, { recursive: true, force: true }));

  it("describes every public name, without a warning", () => {
    const { scripts } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
    assert.match(scripts.docs, /main\.mjs docs$/);
    const typedoc = join(nodeModules, "typedoc", "bin", "typedoc");
    const run = spawnSync(process.execPath, [typedoc, "--out", out, "--json", join(out, "names.json")], {
      cwd: root,
      encoding: "utf8",
    });
    const printed = `${run.stdout}${run.stderr}`;
    assert.equal(run.status, 0, printed);
    assert.doesNotMatch(printed, /warning/i);
    for (const page of ["functions/buildCnn", "classes/MultiHeadAttention", "interfaces/FitOptions"])
      assert.ok(existsSync(join(out, `${page}.html`)), `${page} is missing`);
  });

  it("shows each of them in one chapter, in the order of lib/index.ts", () => {
    const chapters = chaptersOf(index);
    const { children, categories } = JSON.parse(readFileSync(join(out, "names.json"), "utf8"));
    assert.deepEqual(
      categories.map(({ title }) => title),
      [...new Set(chapters.map(([, chapter]) => chapter))],
    );
    const nameOf = new Map(children.map(({ id, name }) => [id, name]));
    const shown = categories.flatMap(({ title, children }) => children.map((id) => [nameOf.get(id), title]));
    assert.equal(shown.length, children.length, "each in one chapter");
    // Types of other packages (tf, DataFrame, Series) have no page here.
    const ours = new Set(nameOf.values());
    const named = chapters.filter(([name]) => ours.has(name));
    assert.deepEqual(new Map(shown.sort()), new Map(named.sort()));
  });
});

describe("the chapters of lib/index.ts", () => {
  const chapters = chaptersOf(readFileSync(join(root, "lib", "index.ts"), "utf8"));

  it("have every export, each under one heading", () => {
    assert.deepEqual(
      chapters.filter(([, chapter]) => chapter === ""),
      [],
    );
    const names = chapters.map(([name]) => name);
    assert.deepEqual(
      names.filter((name, place) => names.indexOf(name) < place),
      [],
    );
  });

  it("are called as the notebooks that they number", () => {
    const titles = notebooks.map((name) => cellsOf(name)[0].source.split("\n")[0]);
    const numbered = new Set(chapters.map(([, chapter]) => chapter).filter((chapter) => /^\d/.test(chapter)));
    assert.ok(numbered.size > 4);
    for (const chapter of numbered)
      assert.ok(
        titles.some((title) => title.startsWith(`# ${chapter}:`)),
        `no notebook is called "${chapter}: …"`,
      );
  });
});
