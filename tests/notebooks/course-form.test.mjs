// The form that the notebooks of the course share, and that its check finds what it should.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { courseFaults } from "../../kernel-setup/setup/notebooks/course-form.mjs";
import { folder, names } from "./course.mjs";

describe("a notebook of the course", () => {
  for (const name of names) {
    it(`${name} has the form of the course`, () => {
      assert.deepEqual(courseFaults(readFileSync(join(folder, name), "utf8"), name), []);
    });
  }
});

const opening = `# 2.1 Neurons

**You will be able to**

- say what a neuron is;
- train one.

**You need** nothing.

**Time:** 5 minutes to read, about 10 seconds to run on two cores. **The article:** section 2.1.`;

const task = (letter) => `### Exercise ${letter}: add

Add.`;
const exercise = (letter) => `const add = (a, b) => NaN

await check("Exercise ${letter}", [
  { given: "1, 2", got: () => add(1, 2), expected: 3 },
])`;
const solution = `<details><summary>Solution</summary>

\`\`\`ts
const add = (a, b) => a + b
\`\`\`

</details>`;
const question = "<details><summary>Why?</summary>\n\nBecause $a < b$, as in `Array<number>`.\n\n</details>\n\n";

/** The cells of a notebook in form; `change` spoils one of them by its place. */
function notebook(change = {}) {
  const cells = [
    ["markdown", opening],
    ["code", 'import { check } from "cellwise"'],
    ...["A", "B", "C"].flatMap((letter) => [
      ["markdown", task(letter)],
      ["code", exercise(letter), "exercise"],
      ["markdown", solution, "solution"],
    ]),
    ["markdown", "## What the article got wrong\n\nMuch."],
    ["code", "1 + 1"],
    ["markdown", `## Summary\n\nAll.\n\n## Questions\n\n${question.repeat(3)}## Where to read on\n\nHere.`],
  ].map(([cell_type, source, tag], index) => ({
    cell_type,
    id: `cell-${index}`,
    metadata: tag ? { tags: [tag] } : {},
    source: change[index]?.(source) ?? source,
  }));
  return JSON.stringify({ cells, metadata: {}, nbformat: 4, nbformat_minor: 5 });
}

describe("the check of the course's form", () => {
  const faultsAfter = (change) => courseFaults(notebook(change), "notebooks/en/2.1-neurons.ipynb");

  it("accepts a notebook in form", () => {
    assert.deepEqual(faultsAfter(), []);
  });

  const without = (part) => (source) => source.replace(part, "");
  const cases = [
    ["a title with another number", 0, (source) => source.replace("2.1", "2.2"), /lacks the title/],
    ["a missing aim", 0, without("- train one.\n"), /lacks \*\*You will be able to/],
    ["no requirements", 0, without("**You need** nothing."), /lacks \*\*You need/],
    ["no time to run", 0, without(", about 10 seconds to run on two cores"), /lacks \*\*Time/],
    ["no section", 0, without("**The article:** section 2.1."), /lacks \*\*The article/],
    ["late imports", 1, () => "const a = 1", /second cell is not the imports/],
    ["an exercise without a task", 2, () => "Add.", /cell-3 has no task/],
    ["a check of another exercise", 3, (source) => source.replace("Exercise A", "Exercise B"), /cell-3 does not end/],
    ["code after a check", 3, (source) => `${source}\nconst late = 1`, /cell-3 goes on/],
    ["a solution that is not folded", 4, without("<details><summary>Solution</summary>\n\n"), /solution of cell-3/],
    ["a missing part", 11, () => "## Mistakes", /its last sections are/],
    ["a mistake that is not shown", 12, undefined, /no cell that shows it/],
    ["few questions", 13, without(question), /has 2 questions/],
    ["HTML", 11, (source) => `${source}<br>`, /the HTML element br/],
    ["a fold that stays open", 13, without("</details>\n\n## "), /does not close/],
  ];
  for (const [name, place, change, expected] of cases) {
    it(`finds ${name}`, () => {
      const found = change
        ? faultsAfter({ [place]: change })
        : courseFaults(notebook().replace('"code","id":"cell-12"', '"raw","id":"cell-12"'), "2.1-neurons.ipynb");
      assert.match(found.join("\n"), expected);
    });
  }

  const claimFaultsOf = (
    source,
    metadata,
    before = { cell_type: "code", id: "before", metadata: {}, source: "1 + 1" },
  ) => {
    const { cells, ...rest } = JSON.parse(notebook());
    const claim = { cell_type: "code", id: "claimed", metadata, source };
    const text = JSON.stringify({ ...rest, cells: [...cells.slice(0, 2), before, claim, ...cells.slice(2)] });
    return courseFaults(text, "2.1-neurons.ipynb");
  };
  const folded = { tags: ["claim", "raises-exception"], jupyter: { source_hidden: true } };
  const claiming = 'claim("it is two", 1 + 1, { is: 2 })';

  it("accepts a claim in a folded cell of its own, behind the output it speaks of", () => {
    assert.deepEqual(claimFaultsOf(claiming, folded), []);
  });

  const claimCases = [
    ["a claim in another cell", [claiming, {}], /claimed claims something outside/],
    ["a claim cell without a claim", ["1 + 1", folded], /claimed is tagged claim and claims nothing/],
    [
      "a claim that would stop the notebook",
      [claiming, { ...folded, tags: ["claim"] }],
      /claimed lacks the tag raises/,
    ],
    ["a claim that is not folded", [claiming, { tags: folded.tags }], /claimed is a claim whose source is not folded/],
    [
      "a claim that answers a prediction",
      [claiming, folded, { cell_type: "markdown", id: "before", metadata: {}, source: "**Predict** it." }],
      /claimed is a claim that does not follow/,
    ],
    ["an assertion of one's own", ['if (1 + 1 !== 2) throw new Error("no")', {}], /claimed throws an error; .*claim\(/],
    ["another assertion", ["console.assert(1 + 1 === 2)", {}], /claimed throws an error; .*claim\(/],
    [
      "a claim without a margin",
      ['claim("it grows", 1, { above: 0 })', folded],
      /claimed claims by a limit of 0 alone/,
    ],
  ];
  for (const [name, args, expected] of claimCases)
    it(`finds ${name}`, () => assert.match(claimFaultsOf(...args).join("\n"), expected));

  it("finds too few exercises, and one without a solution", () => {
    const { cells, ...rest } = JSON.parse(notebook());
    const text = JSON.stringify({ ...rest, cells: cells.filter(({ id }) => id !== "cell-4" && id !== "cell-6") });
    const found = courseFaults(text, "2.1-neurons.ipynb").join("\n");
    assert.match(found, /has 2 exercises/);
    assert.match(found, /cell-3 is not followed by a text cell tagged solution/);
  });
});
