// Where in which cell a line of a stack is. Two transformations lie between a cell and what runs (TypeScript to an ES
// module, that to CommonJS); each has its source map, and the cell stands one line below `export {};`.
import { SourceMap, type SourceMapPayload } from "node:module";

export interface Place {
  /** The place in words: `In[7], line 4, column 2`, or a file's path with line and column. */
  text: string;
  /** From 1. */
  line: number;
  /** From 1. */
  column: number;
  code: string;
}

interface Mapped {
  /** A file of the learner's instead of a cell. */
  isFile: boolean;
  label: string;
  code: string;
  payloads: string[];
  lines: number;
  maps?: SourceMap[];
}

/** How many cells are remembered: an error in a function of an older cell is shown without its lines. */
const REMEMBERED = 500;

export class Locations {
  readonly #cells = new Map<string, Mapped>();
  #last = 0;

  /**
   * Remembers a cell; the answer is the name its code has to run under.
   *
   * @param lines how many lines the code that runs has: what comes after them is the executor's.
   */
  add(label: string, code: string, payloads: string[], lines: number): string {
    const name = `cellwise-cell-${++this.#last}.ts`;
    this.#cells.set(name, { isFile: false, label, code, payloads, lines });
    if (this.#cells.size > REMEMBERED) this.#forgetOldest();
    return name;
  }

  /** Remembers a file of the learner's, which runs under its own name. */
  addFile(file: string, code: string, payloads: string[]): void {
    this.#cells.set(file, { isFile: true, label: file, code, payloads, lines: Infinity });
  }

  /** The place in its cell of a position in code that ran, both counted from 1. */
  find(name: string, line: number, column: number): Place | undefined {
    const cell = this.#cells.get(name);
    if (cell === undefined || line > cell.lines) return undefined;
    cell.maps ??= [...cell.payloads].reverse().map((text) => new SourceMap(JSON.parse(text) as SourceMapPayload));
    let position = { line: line - 1, column: column - 1 };
    for (const map of cell.maps) {
      const entry = map.findEntry(position.line, position.column);
      if (!("originalLine" in entry)) return undefined;
      position = { line: entry.originalLine, column: entry.originalColumn };
    }
    // In a cell the line `export {};` that tslab puts first makes up for lines being counted from 0 here.
    const place = {
      line: cell.isFile ? position.line + 1 : position.line,
      column: position.column + 1,
      code: cell.code,
    };
    const text = cell.isFile
      ? `${cell.label}:${place.line}:${place.column}`
      : `In[${cell.label}], line ${place.line}, column ${place.column}`;
    return { text, ...place };
  }

  #forgetOldest(): void {
    for (const [name, { isFile }] of this.#cells) {
      if (isFile) continue;
      this.#cells.delete(name);
      return;
    }
  }
}
