// The notebooks of the course as the tests read them: in their order, cell by cell, the text as Markdown.
import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { marked } from "marked";
import { root } from "../dist/notebooks/fixture.js";

export { root };
export const folder = join(root, "notebooks", "en");

/** Their names, in the order of the course. */
export const names = readdirSync(folder)
  .filter((name) => name.endsWith(".ipynb"))
  .sort((a, b) => Number.parseFloat(a) - Number.parseFloat(b));

/** The cells of a notebook, each with its source as one text. */
export function cellsOf(name) {
  const { cells } = JSON.parse(readFileSync(join(folder, name), "utf8"));
  return cells.map((cell) => ({ ...cell, tags: cell.metadata.tags ?? [], source: [cell.source].flat().join("") }));
}

/** All that is text in a notebook or in a Markdown file, piece by piece, each with where it is. */
export function textsOf(path) {
  if (!path.endsWith(".ipynb")) return [{ where: basename(path), text: readFileSync(path, "utf8") }];
  return cellsOf(basename(path))
    .filter(({ cell_type }) => cell_type === "markdown")
    .map(({ id, source }) => ({ where: `cell ${id}`, text: source }));
}

/** The tokens of a Markdown text, also those inside others. Formulas are left out: they are no Markdown. */
export function tokensOf(text) {
  const found = [];
  marked.walkTokens(marked.lexer(withoutFormulas(text)), (token) => {
    found.push(token);
  });
  return found;
}

function withoutFormulas(text) {
  return text.replace(/^```[\s\S]*?^```$|`[^`\n]+`|\$\$[\s\S]*?\$\$|\$[^$\n]+\$/gm, (part) =>
    part.startsWith("$") ? " x " : part,
  );
}
