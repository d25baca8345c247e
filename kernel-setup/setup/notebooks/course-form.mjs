// The form that the course's own notebooks share, on top of the form of any committed notebook (format.mjs): the opening
// block, the closing block, the claims and the exercises. CONTRIBUTING.md describes it for authors.
import { basename } from "node:path";

const exercisesAtLeast = 3;
const questionsAtLeast = 3;
const allowedTags = new Set(["details", "summary", "kbd"]);

/** @typedef {{ cell_type: string, id: string, metadata: { tags?: string[], jupyter?: { source_hidden?: boolean } },
 *   source: string }} Cell */

/**
 * What a notebook of the course lacks, each with what to do. An empty list is a notebook in form.
 * @param {string} text the notebook file, of nbformat 4
 * @param {string} path where it is; its name begins with its number, as `2.1-neural-networks.ipynb`
 * @returns {string[]}
 */
export function courseFaults(text, path) {
  /** @type {Cell[]} */
  const cells = JSON.parse(text).cells.map((/** @type {{ source: string | string[] }} */ cell) => ({
    ...cell,
    source: [cell.source].flat().join(""),
  }));
  const number = basename(path).split("-")[0] ?? "";
  return [
    ...openingFaults(cells, number),
    ...closingFaults(cells, number),
    ...claimFaults(cells),
    ...exerciseFaults(cells),
    ...markupFaults(cells),
  ];
}

/**
 * @param {Cell[]} cells
 * @param {string} number
 * @returns {string[]}
 */
function openingFaults([first, second], number) {
  const opening = first?.cell_type === "markdown" ? first.source : "";
  /** @type {[RegExp, string][]} */
  const parts = [
    [new RegExp(`^# ${number.replaceAll(".", "\\.")} \\S`), `the title: # ${number} …`],
    [/^\*\*You will be able to\*\*\n\n- .+\n- /m, "**You will be able to** and a list"],
    [/^\*\*You need\*\* \S/m, "**You need** …"],
    [
      /\*\*Time:\*\* \d+ minutes to read, about \d+ seconds to run on two cores\./,
      "**Time:** N minutes to read, about M seconds to run on two cores.",
    ],
    [/\*\*The article:\*\* \S/, "**The article:** section …"],
  ];
  const found = parts.filter(([part]) => !part.test(opening)).map(([, name]) => `its first cell lacks ${name}`);
  if (second?.cell_type !== "code" || !second.source.startsWith("import "))
    found.push("its second cell is not the imports");
  return found;
}

/**
 * @param {Cell[]} cells
 * @param {string} number
 * @returns {string[]}
 */
function closingFaults(cells, number) {
  const headings = ["## What the article got wrong", "## Summary", "## Questions", "## Where to read on"];
  // Notebook 0 covers no section of the article.
  const expected = number === "0" ? headings.slice(1) : headings;
  const all = cells.flatMap(({ cell_type, source }, cell) =>
    cell_type !== "markdown" ? [] : (source.match(/^##? .*$/gm) ?? []).map((heading) => ({ heading, cell })),
  );
  const last = all.slice(-expected.length);
  if (last.map(({ heading }) => heading).join() !== expected.join())
    return [`its last sections are ${last.map(({ heading }) => heading).join(", ")}; expected ${expected.join(", ")}`];
  const found = [];
  const [wrong, summary] = last;
  if (number !== "0" && !cells.slice(wrong?.cell, summary?.cell).some(({ cell_type }) => cell_type === "code"))
    found.push('"What the article got wrong" has no cell that shows it');
  const text = cells.map(({ cell_type, source }) => (cell_type === "markdown" ? source : "")).join("\n");
  const questions = text.slice(text.lastIndexOf("## Questions"), text.lastIndexOf("## Where to read on"));
  const folded = questions.match(/^<details><summary>.+<\/summary>\n\n[\s\S]+?\n\n<\/details>/gm)?.length ?? 0;
  if (folded < questionsAtLeast)
    found.push(`it has ${folded} questions with a folded answer; expected at least ${questionsAtLeast}`);
  return found;
}

/**
 * A claim stands in a cell of its own, behind the output it speaks of: whoever was asked to predict it has seen it by then.
 * @param {Cell[]} cells
 * @returns {string[]}
 */
function claimFaults(cells) {
  return cells.flatMap((cell, index) => {
    if (cell.cell_type !== "code") return [];
    const { tags = [], jupyter } = cell.metadata;
    const claims = /^\s*claim\(/m.test(cell.source);
    const tagged = tags.includes("claim");
    const found = [];
    if (claims && !tagged) found.push("claims something outside a cell tagged claim");
    if (!tags.includes("exercise") && /\bthrow new \w*Error\(|\bassert(\.\w+)*\(/.test(cell.source))
      found.push("throws an error; what a text says is held by claim(…)");
    if (/\{ (above|below): 0 \}/.test(cell.source))
      found.push("claims by a limit of 0 alone, to which nothing has a margin");
    if (!tagged) return found.map((words) => `cell ${cell.id} ${words}`);
    if (!claims) found.push("is tagged claim and claims nothing");
    if (!tags.includes("raises-exception"))
      found.push("lacks the tag raises-exception: a claim that fails would stop the learner's notebook");
    if (jupyter?.source_hidden !== true) found.push("is a claim whose source is not folded (jupyter.source_hidden)");
    const before = cells.slice(0, index).findLast(({ metadata }) => !metadata.tags?.includes("claim"));
    if (before?.cell_type !== "code") found.push("is a claim that does not follow the cell whose output it speaks of");
    return found.map((words) => `cell ${cell.id} ${words}`);
  });
}

/**
 * @param {Cell[]} cells
 * @returns {string[]}
 */
function exerciseFaults(cells) {
  const found = [];
  const exercises = cells.flatMap((cell, index) => (cell.metadata.tags?.includes("exercise") ? [index] : []));
  if (exercises.length < exercisesAtLeast)
    found.push(`it has ${exercises.length} exercises; expected at least ${exercisesAtLeast}`);
  for (const index of exercises) {
    const [task, exercise, solution] = cells.slice(index - 1, index + 2);
    const where = `the exercise ${exercise?.id}`;
    const title = /^### (Exercise [^:\n]+):/m.exec(task?.cell_type === "markdown" ? task.source : "")?.[1];
    if (!title) found.push(`${where} has no task above it: a text cell with ### Exercise A: …`);
    else if (!exercise?.source.includes(`\nawait check("${title}",`))
      found.push(`${where} does not end with await check("${title}", …`);
    if (!exercise?.source.endsWith(")")) found.push(`${where} goes on after its check`);
    if (solution?.cell_type !== "markdown" || !solution.metadata.tags?.includes("solution"))
      found.push(`${where} is not followed by a text cell tagged solution`);
    else if (
      !/^<details><summary>Solution<\/summary>\n\n[\s\S]*^```ts\n[\s\S]+?^```$[\s\S]*\n\n<\/details>$/m.test(
        solution.source,
      )
    )
      found.push(`the solution of ${exercise?.id} is not a folded \`\`\`ts block`);
  }
  return found;
}

/**
 * @param {Cell[]} cells
 * @returns {string[]}
 */
function markupFaults(cells) {
  return cells.flatMap(({ cell_type, id, source }) => {
    if (cell_type !== "markdown") return [];
    // Code and formulas may hold what looks like a tag.
    const prose = source.replace(/^```[\s\S]*?^```$/gm, "").replace(/`[^`\n]*`|\$\$[\s\S]*?\$\$|\$[^$\n]+\$/g, "");
    const tags = [...prose.matchAll(/<\/?([a-z][a-z0-9]*)\b[^>]*>/gi)].map(([, name]) => String(name));
    const foreign = tags.filter((name) => !allowedTags.has(name));
    const details = prose.split("<details>").length - prose.split("</details>").length;
    return [
      ...foreign.map(
        (name) => `cell ${id} has the HTML element ${name}; use Markdown (details, summary and kbd may be)`,
      ),
      ...(details === 0 ? [] : [`cell ${id} does not close what it folds: <details> … </details>`]),
    ];
  });
}
