// What the notebooks in a folder say of themselves: title, what they need, how long they take, which exercises they have.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { kind } from "../arguments";
import { messageOf } from "../error-message";

/** A notebook of the course. */
export interface CourseNotebook {
  /** Its section: `"1.3.2"`. */
  readonly section: string;
  readonly title: string;
  /** The sections whose notebooks it builds on, among those in the folder. */
  readonly needs: readonly string[];
  /** To read it. */
  readonly minutes: number;
  /** The names of its exercises, in their order. */
  readonly exercises: readonly string[];
}

interface Cell {
  readonly source: string | readonly string[];
  readonly metadata?: { readonly tags?: readonly string[] };
}

/** The course's own notebooks. */
const COURSE = join(__dirname, "../../../notebooks/en");

/** A folder as an argument. */
export const FOLDER = kind("the path of a folder", (value) => typeof value === "string" && value.trim() !== "");

const NUMBER = /^(\d+(?:\.\d+)*)-.*\.ipynb$/;
const LINKED = /\]\((\d+(?:\.\d+)*)-[^()\s]*\.ipynb(?:#[^()\s]*)?\)/g;

/** The section that a notebook's file is named after: `"3.1"` for `3.1-cnn.ipynb` and for a copy of it. */
export function sectionOf(file: string): string | undefined {
  return NUMBER.exec(file)?.[1];
}

/**
 * The notebooks in a folder, in the order of their sections. Of copies the one with the shortest name stands for all.
 *
 * @throws Error when the folder cannot be read, holds no notebook of the course, or one that is damaged
 */
export function courseNotebooks(folder = COURSE): CourseNotebook[] {
  const files = filesIn(folder).filter((file) => sectionOf(file) !== undefined);
  if (files.length === 0)
    throw new Error(
      `${folder} holds no notebook of the course, such as 2.1-neural-networks.ipynb. Give the folder in which they are.`,
    );
  const original = new Map<string, string>();
  for (const file of files.sort((a, b) => b.length - a.length)) original.set(sectionOf(file) ?? file, file);
  const sections = [...original.keys()];
  return [...original]
    .sort(([a], [b]) => bySection(a, b))
    .map(([section, file]) => described(section, join(folder, file), sections));
}

function filesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    throw new Error(`The folder ${folder} cannot be read: ${messageOf(error)}. Give the folder of the notebooks.`, {
      cause: error,
    });
  }
}

function described(section: string, path: string, sections: readonly string[]): CourseNotebook {
  const cells = cellsOf(path);
  const opening = textOf(cells[0]);
  const needs = /\*\*You need\*\*.*/.exec(opening)?.[0] ?? "";
  const linked = [...needs.matchAll(LINKED)].flatMap(([, needed]) => needed ?? []);
  return {
    section,
    title: (/^# [\d.]+ (.*)/m.exec(opening)?.[1] ?? section).replace(/:.*/, ""),
    needs: [...new Set(linked)].filter((needed) => needed !== section && sections.includes(needed)),
    minutes: Number(/\*\*Time:\*\* (\d+)/.exec(opening)?.[1] ?? 0),
    exercises: cells
      .filter(({ metadata }) => metadata?.tags?.includes("exercise"))
      .flatMap((cell) => /^await check\("([^"]+)"/m.exec(textOf(cell))?.[1] ?? []),
  };
}

function cellsOf(path: string): Cell[] {
  try {
    const { cells }: { cells: Cell[] } = JSON.parse(readFileSync(path, "utf8"));
    return [...cells];
  } catch (error) {
    throw new Error(
      `${path} is not a notebook that can be read: ${messageOf(error)}. \`git checkout\` brings the course's own back.`,
      { cause: error },
    );
  }
}

function textOf(cell: Cell | undefined): string {
  const source = cell?.source ?? "";
  return typeof source === "string" ? source : source.join("");
}

/** 1.3 before 1.3.1 before 1.4 before 10. */
function bySection(a: string, b: string): number {
  const left = a.split(".").map(Number);
  const right = b.split(".").map(Number);
  for (let i = 0; i < Math.max(left.length, right.length); i++) {
    const difference = (left[i] ?? -1) - (right[i] ?? -1);
    if (difference !== 0) return difference;
  }
  return 0;
}
