// Small notebooks made on the fly, in a folder of their own, and one call that executes them as `npm run notebooks`.
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

/** The folder of the whole project; tests run compiled, from tests/dist/notebooks. */
export const root = resolve(__dirname, "../../..");

/** What the runner says of one notebook (see kernel-setup/setup/notebooks/execute.py). */
export interface Outcome {
  notebook: string;
  cells: number;
  executed: number;
  seconds: number;
  peak_bytes: number;
  result: "passed" | "error" | "dead kernel" | "timeout" | "no start" | "stopped";
  report: string;
  executed_copy: string;
  claims: { cell: string; sentence: string; margin: number | null; holds: boolean }[];
}

export interface CodeCell {
  id: string;
  cell_type: "code";
  metadata: Record<string, unknown>;
  source: string[];
  outputs: unknown[];
  execution_count: number | null;
}

export interface NotebookFile {
  cells: CodeCell[];
  metadata: Record<string, unknown>;
  nbformat: number;
  nbformat_minor: number;
}

/** A notebook of code cells for the course's kernel. */
export function notebookOf(...sources: string[]): NotebookFile {
  const cells = sources.map(
    (source, index): CodeCell => ({
      cell_type: "code",
      execution_count: null,
      id: `cell-${index}`,
      metadata: {},
      outputs: [],
      source: source.split(/(?<=\n)/),
    }),
  );
  const kernelspec = { display_name: "TypeScript (tslab)", language: "typescript", name: "tslab" };
  const language_info = { file_extension: ".ts", mimetype: "text/typescript", name: "typescript" };
  return { cells, metadata: { kernelspec, language_info }, nbformat: 4, nbformat_minor: 5 };
}

/** A temporary folder with notebooks; `remove` it at the end. */
export class NotebookFolder {
  readonly path = mkdtempSync(join(tmpdir(), "cellwise-notebooks-test-"));
  readonly output = join(this.path, "executed");

  /** A notebook whose second cell and all after it are claims. */
  writeClaims(name: string, first: string, ...claims: string[]): string {
    const path = join(this.path, name);
    const { cells, ...rest } = notebookOf(first, ...claims);
    const tagged = cells.map((cell, i) =>
      i === 0 ? cell : { ...cell, metadata: { tags: ["claim", "raises-exception"] } },
    );
    writeFileSync(path, `${JSON.stringify({ ...rest, cells: tagged }, null, 1)}\n`);
    return path;
  }

  write(name: string, ...sources: string[]): string {
    const path = join(this.path, name);
    writeFileSync(path, `${JSON.stringify(notebookOf(...sources), null, 1)}\n`);
    return path;
  }

  /** A notebook of one exercise, with a solution or without. */
  writeExercise(name: string, exercise: string, solution?: string): string {
    const path = join(this.path, name);
    const notebook = notebookOf(exercise);
    const exercises = notebook.cells.map((cell) => ({ ...cell, metadata: { tags: ["exercise"] } }));
    const source = [
      "<details><summary>Solution</summary>\n",
      "\n",
      "```ts\n",
      `${solution}\n`,
      "```\n",
      "\n",
      "</details>",
    ];
    const solutions = [{ cell_type: "markdown", id: "solution", metadata: { tags: ["solution"] }, source }];
    const cells = solution === undefined ? exercises : [...exercises, ...solutions];
    writeFileSync(path, `${JSON.stringify({ ...notebook, cells }, null, 1)}\n`);
    return path;
  }

  remove(): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}

export interface Run {
  status: number | null;
  printed: string;
  outcomes: Map<string, Outcome>;
}

/** Arguments and hooks of one call of `npm run notebooks`. */
export interface RunOptions {
  notebooks: string[];
  output: string;
  timeout?: number;
  /** Where it puts its temporary files; those of the tests by default. */
  temporary?: string;
  /** More arguments of `npm run notebooks`. */
  more?: string[];
  /** Called with what came of a notebook when it has ended, and again with it when others have. */
  onOutcome?: (outcome: Outcome) => void;
  /** Called with all that was printed so far, whenever something was, and the process to send signals to. */
  onPrinted?: (printed: string, child: { kill(signal: NodeJS.Signals): boolean }) => void;
}

/** Executes notebooks as `npm run notebooks` does, and returns when that process has ended. */
export function runNotebooks(options: RunOptions): Promise<Run> {
  const { notebooks, output, timeout = 600, temporary = tmpdir(), more = [], onOutcome, onPrinted } = options;
  const json = join(output, "outcomes.json");
  rmSync(json, { force: true });
  const script = join(root, "kernel-setup", "setup", "main.mjs");
  const flags = ["--output", output, "--json", json, "--timeout", String(timeout), ...more];
  const child = spawn(process.execPath, [script, "notebooks", ...flags, ...notebooks], {
    cwd: root,
    env: { ...environment(), TMPDIR: temporary },
  });
  let printed = "";
  const heard = (chunk: Buffer): void => {
    printed += chunk;
    onPrinted?.(printed, child);
    if (onOutcome) for (const outcome of outcomesIn(json).values()) onOutcome(outcome);
  };
  child.stdout.on("data", heard);
  child.stderr.on("data", heard);
  const end = () => child.kill();
  process.once("exit", end);
  return new Promise((done, fail) => {
    child.on("error", fail);
    child.on("close", (status) => {
      process.off("exit", end);
      done({ status, printed, outcomes: outcomesIn(json) });
    });
  });
}

// npm sets INIT_CWD to where `npm test` was called; here paths are absolute and names mean this project.
function environment(): NodeJS.ProcessEnv {
  const { INIT_CWD: _, ...rest } = process.env;
  return rest;
}

function outcomesIn(path: string): Map<string, Outcome> {
  try {
    const outcomes: Outcome[] = JSON.parse(readFileSync(path, "utf8"));
    return new Map(outcomes.map((outcome) => [outcome.notebook, outcome]));
  } catch {
    return new Map(); // the run ended before it wrote the file; the tests show what it printed
  }
}
