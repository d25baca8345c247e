// How far a learner has come: which exercises of which notebooks are passed.
import { checkArguments, settings } from "../arguments";
import { displayable } from "../plots/figure/displayable";
import type { Table } from "../plots/figure/table";
import { courseNotebooks, FOLDER } from "./course-notebooks";
import { readPassed, removePassed } from "./passed";

/** What {@link progress} can be asked for. */
export interface ProgressOptions {
  /** The folder of the notebooks. Default: that of the course. */
  folder?: string;
}

const NOT_YET = "·";

/**
 * Which exercises of the course are passed: a row for each notebook, its exercises by their letters, and their number in all.
 * `check` keeps that an exercise was right, and nothing else, in the folder `.progress` beside the notebook; it never leaves the
 * machine. Notebooks that are run without a front end, as in a CI, keep nothing.
 *
 * @throws Error when there is no notebook of the course in the folder, or what was kept cannot be read.
 *
 * @example
 * ```ts
 * const { total } = progress()
 * ```
 */
export function progress(options: ProgressOptions = {}): Table {
  checkArguments("progress", { options }, { options: settings({ folder: FOLDER }) });
  const passed = readPassed();
  const notebooks = courseNotebooks(options.folder).map((notebook) => {
    const done = passed[notebook.section] ?? [];
    return { ...notebook, done: notebook.exercises.map((exercise) => done.includes(exercise)) };
  });
  const all = notebooks.flatMap(({ done }) => done);
  return displayable({
    columns: ["", "notebook", "passed", "exercises"],
    rows: notebooks.map(({ section, title, exercises, done }) => [
      section,
      title,
      countText(done),
      exercises.map((exercise, i) => `${letterOf(exercise)} ${done[i] ? "✓" : NOT_YET}`).join("  "),
    ]),
    total: ["", "all of them", countText(all), ""],
  });
}

/**
 * Forgets which exercises were passed: removes the folder `.progress`. What the notebooks hold is not touched.
 *
 * @throws Error, without a change, when the folder holds anything that was not written by Cellwise.
 *
 * @example
 * ```ts
 * forgetProgress()
 * ```
 */
export function forgetProgress(): void {
  removePassed();
}

function countText(done: readonly boolean[]): string {
  return `${done.filter(Boolean).length} of ${done.length}`;
}

function letterOf(exercise: string): string {
  return exercise.replace(/^Exercise /, "");
}
