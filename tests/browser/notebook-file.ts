// What the tests ask of a saved notebook.
import { readFileSync } from "node:fs";

interface Cell {
  cell_type: "code" | "markdown" | "raw";
  source: string | string[];
  execution_count?: number | null;
  outputs?: { output_type: string; data?: object }[];
}

export class NotebookFile {
  readonly #cells: Cell[];

  constructor(path: string) {
    this.#cells = JSON.parse(readFileSync(path, "utf8")).cells;
  }

  /** The sources of its code cells. */
  get codes(): string[] {
    return this.#codeCells.map(({ source }) => [source].flat().join(""));
  }

  /** The execution counts of its code cells. */
  get executionCounts(): (number | null | undefined)[] {
    return this.#codeCells.map(({ execution_count }) => execution_count);
  }

  /** Whether every cell was executed, or one failed and the rest was given up. */
  get wasRun(): boolean {
    return !this.executionCounts.includes(null) || this.#outputs.some(({ output_type }) => output_type === "error");
  }

  /** How many Plotly figures its outputs hold. */
  get figures(): number {
    return this.#outputs.filter(({ data = {} }) => "application/vnd.plotly.v1+json" in data).length;
  }

  /** The seconds that each sound of its outputs is said to last. */
  get sounds(): number[] {
    return this.#outputs.flatMap(({ data = {} }) => {
      const text = "text/plain" in data ? [data["text/plain"]].flat().join("") : "";
      const [, seconds] = /^\[Sound: .* \((.*) s\)\]$/.exec(text) ?? [];
      return seconds === undefined ? [] : [Number(seconds)];
    });
  }

  get #codeCells(): Cell[] {
    return this.#cells.filter(({ cell_type }) => cell_type === "code");
  }

  get #outputs() {
    return this.#cells.flatMap(({ outputs = [] }) => outputs);
  }
}
