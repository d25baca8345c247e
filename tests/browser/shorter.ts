// The copy of notebook 4 that the browser test runs. The notebook trains 10 epochs and expects what they lead to; the
// headless run of all notebooks does that in full. What the browser has to show (a bar that moves, figures, no errors)
// two epochs show as well, so in the code cells a few numbers are replaced, and nothing else.

const substitutions = [
  { pattern: /\bepochs:\s*10\b/g, by: "epochs: 2", why: "the number of epochs it trains" },
  { pattern: /\baccuracy\s*<\s*0\.99\b/g, by: "accuracy < 0.9", why: "the accuracy it insists on after 10 epochs" },
];

interface Cell {
  cell_type: string;
  source: string | string[];
}

/**
 * The shorter notebook, and which of its code cells (0: the first) trains.
 *
 * @throws if the notebook no longer has what is to be replaced, since the test would then run for minutes or fail late.
 */
export function shortened(text: string): { text: string; fitCell: number } {
  const notebook: { cells: Cell[] } = JSON.parse(text);
  const code = notebook.cells.filter((cell) => cell.cell_type === "code");
  for (const cell of code) cell.source = [cell.source].flat().join("");
  for (const { pattern, by, why } of substitutions) {
    const before = code.map((cell) => cell.source).join("\n");
    for (const cell of code) cell.source = String(cell.source).replace(pattern, by);
    if (code.map((cell) => cell.source).join("\n") === before) {
      throw new Error(`notebook 4 has no ${pattern} (${why}): adapt tests/browser/shorter.ts to what it says now`);
    }
  }
  const fitCell = code.findIndex((cell) => /\bfit\s*\(/.test(String(cell.source)) && cell.source.includes("epochs: 2"));
  if (fitCell < 0) throw new Error("notebook 4 has no code cell that calls fit(…, { epochs: … })");
  return { text: JSON.stringify(notebook), fitCell };
}
