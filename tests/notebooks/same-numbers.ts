// The same numbers twice: what two runs of a notebook printed, compared to three digits. Times and memory sizes differ: lines
// with a unit of either, and cells tagged `measured`, are left out.
import { readFileSync } from "node:fs";

const measured = /\d\s*(ms|s|seconds?|min|minutes?|steps\/s|[KMG]i?B)\b/;
const number = /-?\d[\d,]*(\.\d+)?(e[-+]?\d+)?/gi;

interface Cell {
  id: string;
  cell_type: string;
  metadata: { tags?: string[] };
  outputs: { text?: string | string[]; data?: { "text/plain"?: string | string[] } }[];
}

/** The lines that each code cell of an executed notebook printed or showed as text, by the cell's id. */
export function printedBy(path: string): Map<string, string[]> {
  const { cells }: { cells: Cell[] } = JSON.parse(readFileSync(path, "utf8"));
  const found = cells
    .filter(({ cell_type, metadata }) => cell_type === "code" && !metadata.tags?.includes("measured"))
    .map(({ id, outputs }) => {
      const text = outputs.flatMap(({ text, data }) => text ?? [data?.["text/plain"] ?? "", "\n"].flat()).join("");
      return [id, text.split("\n").filter((line) => line !== "" && !measured.test(line))] as const;
    });
  return new Map(found.filter(([, lines]) => lines.length > 0));
}

/** Whether two texts differ in nothing but numbers, and in those not before the fourth digit. */
export function alike(lines: string[], others: string[]): boolean {
  const [numbers, otherNumbers] = [numbersIn(lines), numbersIn(others)];
  const [words, otherWords] = [lines, others].map((all) => all.join("\n").replace(number, "#"));
  return words === otherWords && numbers.every((value, i) => close(value, otherNumbers[i] as number));
}

function numbersIn(lines: string[]): number[] {
  return (lines.join("\n").match(number) ?? []).map((digits) => Number(digits.replaceAll(",", "")));
}

/** To three digits; what is nothing but rounding error has none. */
function close(a: number, b: number): boolean {
  const most = Math.max(Math.abs(a), Math.abs(b));
  return Math.abs(a - b) <= 1e-3 * most || most < 1e-5;
}
