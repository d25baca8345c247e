// Which exercises a learner has passed: kept beside the notebooks, by section, until the learner forgets them.
import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { messageOf } from "../error-message";
import { notebookKernel } from "../notebook";
import { removeOwnFolder, writeOwnFolder } from "../own-folder";
import { sectionOf } from "./course-notebooks";

/** In the working folder, which is that of the notebook; its name begins with a dot, so that JupyterLab does not list it. */
const KEPT = ".progress";
const KIND = { what: "the list of passed exercises", file: "passed.json" };

/** The exercises passed in each section: `{ "2.1": ["Exercise A"] }`. */
export type Passed = Readonly<Record<string, readonly string[]>>;

/**
 * What has been passed so far.
 *
 * @throws Error when the file is there and says nothing that can be read
 */
export function readPassed(): Passed {
  const path = resolve(KEPT, KIND.file);
  if (!existsSync(path)) return {};
  try {
    const passed: unknown = JSON.parse(readFileSync(path, "utf8"));
    if (isPassed(passed)) return passed;
  } catch (error) {
    throw unreadable(path, messageOf(error), error);
  }
  throw unreadable(path, "it is not a list of exercises for each section");
}

/** Keeps that an exercise of the notebook that runs was passed. Outside of a notebook of the course it keeps nothing. */
export function keepPassed(exercise: string): void {
  const section = sectionOf(notebookKernel()?.notebook ?? "");
  if (section === undefined) return;
  const passed = readPassed();
  const before = passed[section] ?? [];
  if (before.includes(exercise)) return;
  const after: Passed = { ...passed, [section]: [...before, exercise].sort() };
  writeOwnFolder(KEPT, KIND, Buffer.from(`${JSON.stringify(after, undefined, 2)}\n`));
}

/** Removes what was kept, the folder with it. */
export function removePassed(): void {
  removeOwnFolder(KEPT, KIND);
}

function isPassed(value: unknown): value is Passed {
  const isList = (each: unknown) => Array.isArray(each) && each.every((name) => typeof name === "string");
  return typeof value === "object" && value !== null && !Array.isArray(value) && Object.values(value).every(isList);
}

function unreadable(path: string, why: string, cause?: unknown): Error {
  return new Error(
    `${path} cannot be read: ${why}. forgetProgress() removes it, and what is passed from then on is kept.`,
    {
      cause,
    },
  );
}
