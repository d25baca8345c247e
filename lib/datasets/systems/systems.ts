// The systems that the course names, with what is published of them: a table in the repository.
import { join } from "node:path";
import type { DataFrame } from "danfojs-node";
import { dfd } from "../../tables/danfo";

/** Beside the sources: `lib/dist` holds what is compiled only. */
const FILE = join(__dirname, "../../../datasets/systems/systems.csv");
const NUMBERS = ["year", "parameters", "operations", "examples"];

/**
 * Loads the systems that the course names, from the perceptron of 1958 to LLaMA, in the order of their years; each runs in the
 * course as a miniature.
 *
 * @returns columns `system`; `year` in which it was first shown; `notebook`, the file of the one that runs it; `work`, its key in the
 * bibliography (`loadReferences`); `builder`, the function of the course that builds it, small, or loads its weights; `parameters`,
 * those of the real one; `operations` with floating-point numbers in its whole training; `examples` it learned from, and `of` what;
 * and `source`, where in the work the numbers stand, or how they follow from it. What its authors have not published is `NaN`.
 *
 * @example
 * ```ts
 * const systems = await loadSystems()
 * systems.shape // => [26, 10]
 * ```
 */
export async function loadSystems(): Promise<DataFrame> {
  // readCSV makes frames of a class that lacks some of what DataFrame is typed to have, such as toCSV.
  const { values, columns } = await dfd.readCSV(FILE);
  // It leaves what is missing null, and numbers beyond 2⁵³ as text.
  const numeric = columns.map((name) => NUMBERS.includes(name));
  const rows = values.map((row) =>
    [row].flat().map((value, i) => (numeric[i] ? (value === null ? Number.NaN : Number(value)) : String(value))),
  );
  return new dfd.DataFrame(rows, { columns });
}
