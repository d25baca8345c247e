// The bibliography: its form, its dates, the map of ideas, and that every entry leads to a section of the course.
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { loadReferences, type Reference } from "cellwise";
import { parseBibtex } from "cellwise/dist/datasets/references/bibtex";

const NOTEBOOKS = join(__dirname, "../../../../notebooks/en");

describe("the bibliography", () => {
  let references: Reference[];
  before(async () => {
    references = await loadReferences();
  });
  const faults = (find: (reference: Reference) => string | false | undefined): string[] =>
    references.flatMap((reference) => {
      const fault = find(reference);
      return fault ? [`${reference.key}: ${fault}`] : [];
    });

  it("is in the order of its keys, which are the first author's surname and the year", () => {
    const keys = references.map(({ key }) => key);
    assert.deepEqual(keys, [...new Set(keys)].sort());
    const plain = (name: string) =>
      (name.split(",")[0]?.split(" ").at(-1) ?? "")
        .normalize("NFD")
        .replace(/[^A-Za-z]/g, "")
        .toLowerCase();
    assert.deepEqual(
      faults(({ key, authors: [first = ""], year }) => key !== `${plain(first)}${year}` && `${plain(first)}${year}`),
      [],
    );
  });

  it("has DOIs and arXiv numbers of the right form, and from no later than the year", () => {
    assert.deepEqual(
      faults(({ doi, arxiv, link, year }) => {
        if (doi !== undefined && !/^10\.\d{4,9}\/\S+$/.test(doi)) return `the DOI ${doi}`;
        if (arxiv === undefined) return !/^https:\/\/\S+$/.test(link) && `the link ${link}`;
        const [, yy, month, number] = /^(\d\d)(0[1-9]|1[0-2])\.(\d{4,5})$/.exec(arxiv) ?? [];
        if (number === undefined) return `the arXiv number ${arxiv}`;
        // Five digits since January 2015.
        if (number.length !== (Number(`${yy}${month}`) >= 1501 ? 5 : 4))
          return `the arXiv number ${arxiv} has a wrong length`;
        const lag = year - (2000 + Number(yy));
        return (lag < 0 || lag > 2) && `arXiv number of ${2000 + Number(yy)}, year ${year}`;
      }),
      [],
    );
  });

  it("names authors by surname and first name, and a sentence for what each brought", () => {
    assert.deepEqual(
      faults(({ authors, idea, title }) => {
        const odd = authors.find((name) => !/^[^,]+, [^,]+$/.test(name));
        if (odd !== undefined) return `the author ${odd}`;
        return !/^[A-Z].*[.]$/.test(idea) ? `the idea ${idea}` : title.endsWith(".") && "a title with a full stop";
      }),
      [],
    );
  });

  it("builds on what was there: no idea on a later one, none on itself", () => {
    const byKey = new Map(references.map((reference) => [reference.key, reference]));
    assert.deepEqual(
      faults(({ key, buildsOn, year }) => {
        const wrong = buildsOn.find((each) => {
          const before = byKey.get(each);
          return before === undefined || before.year > year || each === key;
        });
        return wrong && `builds on ${wrong}`;
      }),
      [],
    );
    const ancestors = (key: string, seen: readonly string[] = []): void => {
      assert.ok(!seen.includes(key), `${[...seen, key].join(" ← ")} goes in a circle`);
      for (const each of byKey.get(key)?.buildsOn ?? []) ancestors(each, [...seen, key]);
    };
    for (const { key } of references) ancestors(key);
  });

  it("leads to a section of a notebook for each of them", () => {
    const headings = new Map<string, string[]>();
    const headingsOf = (notebook: string): string[] => {
      const known = headings.get(notebook);
      if (known) return known;
      const { cells } = JSON.parse(readFileSync(join(NOTEBOOKS, notebook), "utf8")) as {
        cells: { cell_type: string; source: string | string[] }[];
      };
      const text = cells.flatMap(({ cell_type, source }) =>
        cell_type === "markdown" ? [[source].flat().join("")] : [],
      );
      const found = [...text.join("\n\n").matchAll(/^## (.*)$/gm)].map(([, heading]) => heading ?? "");
      headings.set(notebook, found);
      return found;
    };
    assert.deepEqual(
      faults(({ runs }) => !headingsOf(runs.notebook).includes(runs.section) && `${runs.notebook}: ${runs.section}`),
      [],
    );
  });

  it("has those that the article names", () => {
    const named = [
      "goodfellow2016",
      "lecun2015",
      "vaswani2017",
      "krizhevsky2012",
      "simonyan2015",
      "huang2017",
      "abadi2016",
    ];
    const more = ["szegedy2015", "he2016", "goodfellow2014", "brown2020", "rombach2022", "liang2015", "sutskever2014"];
    const keys = references.map(({ key }) => key);
    assert.deepEqual(
      [...named, ...more].filter((key) => !keys.includes(key)),
      [],
    );
  });

  it("is of a form that is checked, with the line that is wrong", async () => {
    const entry = (lines: string) => `@misc{a2020,\n${lines}\n}\n`;
    const cases: [text: string, expected: RegExp][] = [
      ["@misc{A B,\n}", /line 1 of the bibliography is "@misc\{A B,"/],
      [entry("  year = 2020,"), /line 2 .*a field, such as/],
      [entry("  title = {A {B}},"), /line 2 .*without braces/],
      [entry("  year = {2020},\n  year = {2021},"), /line 3 .*another field than year/],
      [`${entry("  year = {2020},")}${entry("  year = {2020},")}`, /line 4 .*another key than a2020/],
      ["@misc{a2020,\n  year = {2020},\n", /line 3/],
      ["@misc{a2020,\n  year = {2020},", /ends within a2020/],
    ];
    for (const [text, expected] of cases) assert.throws(() => parseBibtex(text), expected, text);

    const folder = mkdtempSync(join(tmpdir(), "cellwise-bib-"));
    const file = join(folder, "a.bib");
    try {
      await assert.rejects(loadReferences(file), /a\.bib" cannot be read: ENOENT/);
      writeFileSync(file, entry("  author = {A, B},\n  title = {C},"));
      await assert.rejects(loadReferences(file), /a2020 has no (runs|year)/);
      writeFileSync(file, "@thesis{a2020,\n  year = {2020},\n}\n");
      await assert.rejects(loadReferences(file), /a2020 is an @thesis; expected is one of @article/);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
