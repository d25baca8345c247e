// A folder that is written whole or not at all: beside its place first, then moved there.
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";

/**
 * @param mark the file that shows what a folder holds
 * @param what may be replaced, in words: "a SavedModel"
 * @throws Error when the path is a file, or a folder that holds something without the mark
 */
export function refuseOtherContents(folder: string, mark: string, what: string): void {
  if (!existsSync(folder)) return;
  if (!statSync(folder).isDirectory())
    throw new Error(`${folder} is a file; ${what} is a folder. Give the path of a folder, or remove the file first.`);
  const entries = readdirSync(folder);
  if (entries.length === 0 || entries.includes(mark)) return;
  throw new Error(
    `${folder} holds ${entries.length} other file(s), ${entries[0]} for one, and no ${mark}: it is not ${what} that could be ` +
      "replaced. Give a folder that is new or empty.",
  );
}

/** Writes a folder of one file in place of what is there. */
export function replaceFolder(folder: string, name: string, content: Uint8Array): void {
  const place = resolve(folder);
  const beside = (state: string): string => join(dirname(place), `.${basename(place)}.${state}-${process.pid}`);
  const [fresh, old] = [beside("new"), beside("old")];
  try {
    mkdirSync(fresh, { recursive: true });
    writeFileSync(join(fresh, name), content);
    const replaces = existsSync(place);
    if (replaces) renameSync(place, old);
    try {
      renameSync(fresh, place);
    } catch (error) {
      if (replaces) renameSync(old, place);
      throw error;
    }
    rmSync(old, { recursive: true, force: true });
  } finally {
    rmSync(fresh, { recursive: true, force: true });
  }
}
